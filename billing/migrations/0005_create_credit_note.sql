alter table invoice
  drop column balance_minor,
  add column credited_minor bigint not null default 0
    check (credited_minor between 0 and gross_minor);
alter table invoice
  add column balance_minor bigint not null generated always as (
    case when status = 'void' then 0 else gross_minor - paid_minor - credited_minor end
  ) stored;

-- Amounts are positive. Buyer, currency and what the lines say are those of the invoice, which does
-- not change.
create table credit_note (
  id uuid primary key,
  invoice_id uuid not null references invoice,
  series text not null,
  year int not null,
  seq int not null,
  number text not null unique,
  issue_date date not null,
  reason text not null,
  restock boolean not null,
  net_minor bigint not null,
  vat jsonb not null,
  vat_minor bigint not null,
  gross_minor bigint not null check (gross_minor = net_minor + vat_minor),
  version int not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  unique (series, year, seq)
);

create index credit_note_invoice on credit_note (invoice_id, created_at, id);

create table credit_note_line (
  credit_note_id uuid not null references credit_note,
  invoice_id uuid not null,
  position int not null,
  quantity numeric not null check (quantity > 0 and scale(quantity) <= 3),
  net_minor bigint not null,
  primary key (credit_note_id, position),
  foreign key (invoice_id, position) references invoice_line
);

create index credit_note_line_invoice on credit_note_line (invoice_id, position);

create trigger refuse_change
  before update or delete on credit_note
  for each row execute function refuse_change();
create trigger refuse_truncate
  before truncate on credit_note
  for each statement execute function refuse_change();
create trigger refuse_change
  before update or delete on credit_note_line
  for each row execute function refuse_change();
create trigger refuse_truncate
  before truncate on credit_note_line
  for each statement execute function refuse_change();

create or replace function guard_issued_invoice() returns trigger
  language plpgsql as $$
declare
  free constant text[] := array[
    'status', 'paid_minor', 'credited_minor', 'void_reason', 'version', 'updated_at',
    'number_key', 'customer_name', 'balance_minor', 'search'
  ];
begin
  if old.status = 'draft' then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'Invoice % was issued and cannot be deleted', old.number
      using errcode = 'restrict_violation';
  end if;
  if to_jsonb(new) - free <> to_jsonb(old) - free or new.status = 'draft' then
    raise exception 'Invoice % was issued and cannot change', old.number
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

-- For 'restock': what makes a repeat of it recognisable, and what the stock ledger is to say.
alter table outbox
  add column reference text not null default '',
  add column note text not null default '';
