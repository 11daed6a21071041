create extension if not exists pg_trgm;

-- Amounts are whole minor units of the currency. Names are sorted by French rules whatever the
-- server's own locale is.
create table invoice (
  id uuid primary key,
  status text not null default 'draft'
    check (status in ('draft', 'open', 'paid', 'void', 'uncollectible')),
  series text,
  year int,
  seq int,
  number text unique,
  -- What numbers are sorted by, also once one has more digits than the others.
  number_key text generated always as (series || year::text || lpad(seq::text, 10, '0')) stored,
  customer_id uuid not null,
  buyer jsonb not null,
  customer_name text collate "fr-x-icu" not null generated always as (buyer ->> 'name') stored,
  currency text not null,
  currency_exponent int not null check (currency_exponent between 0 and 4),
  issue_date date,
  due_date date,
  due_days int not null check (due_days between 0 and 365),
  notes text not null,
  -- Why it was made void.
  void_reason text not null default '',
  net_minor bigint not null,
  vat jsonb not null,
  vat_minor bigint not null,
  gross_minor bigint not null check (gross_minor = net_minor + vat_minor),
  paid_minor bigint not null default 0 check (paid_minor between 0 and gross_minor),
  balance_minor bigint not null generated always as (
    case when status = 'void' then 0 else gross_minor - paid_minor end
  ) stored,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- One field per line: no search term has a line break, so none matches across two fields.
  search text not null generated always as (
    search_text(
      coalesce(number, '') || e'\n' || (buyer ->> 'name') || e'\n'
      || round(gross_minor / 10::numeric ^ currency_exponent, currency_exponent)::text
    )
  ) stored,
  unique (series, year, seq),
  check (
    case when status = 'draft'
      then num_nonnulls(series, year, seq, number, issue_date, due_date) = 0
      else num_nulls(series, year, seq, number, issue_date, due_date) = 0
    end
  )
);

create index invoice_search on invoice using gin (search gin_trgm_ops);
create index invoice_created_at on invoice (created_at, id);
create index invoice_by_number on invoice (number_key, id);
create index invoice_customer_name on invoice (customer_name, id);
create index invoice_issue_date on invoice (issue_date, id);
create index invoice_due_date on invoice (due_date, id);
create index invoice_gross on invoice (gross_minor, id);
create index invoice_customer on invoice (customer_id, created_at, id);
create index invoice_status on invoice (status, created_at, id);

-- Quantities and prices keep the decimals with which they were written.
create table invoice_line (
  invoice_id uuid not null references invoice on delete cascade,
  position int not null,
  product_id uuid not null,
  sku text not null,
  description text not null,
  unit text not null,
  quantity numeric not null check (quantity > 0 and scale(quantity) <= 3),
  unit_price numeric not null check (unit_price >= 0 and scale(unit_price) <= 6),
  discount_bp int not null check (discount_bp between 0 and 10000),
  vat_rate_bp int not null check (vat_rate_bp between 0 and 10000),
  net_minor bigint not null,
  primary key (invoice_id, position)
);

create table payment (
  id uuid primary key,
  invoice_id uuid not null references invoice,
  amount_minor bigint not null check (amount_minor > 0),
  paid_on date not null,
  method text not null,
  reference text not null,
  created_at timestamptz not null default now()
);

create index payment_invoice on payment (invoice_id, id);

-- The last number of each series and year. A row and not a sequence: what a transaction takes and
-- then gives up, the next one gets.
create table number_series (
  series text not null,
  year int not null,
  last_seq int not null,
  last_issue_date date not null,
  primary key (series, year)
);
