-- Sums for the dashboard, kept by triggers in the same transaction as what they count. Whoever
-- changes several goes in this order, and within a table by its key, so that nobody waits in circles.
create table figure_month (
  month date not null,
  currency text not null,
  net_minor bigint not null default 0,
  vat_minor bigint not null default 0,
  gross_minor bigint not null default 0,
  collected_minor bigint not null default 0,
  primary key (month, currency)
);
create table figure_vat (
  month date not null,
  currency text not null,
  vat_rate_bp int not null,
  base_minor bigint not null default 0,
  vat_minor bigint not null default 0,
  primary key (month, currency, vat_rate_bp)
);
create table figure_customer (
  customer_id uuid not null,
  currency text not null,
  gross_minor bigint not null default 0,
  collected_minor bigint not null default 0,
  primary key (customer_id, currency)
);
create table figure_product (
  product_id uuid not null,
  currency text not null,
  quantity numeric not null default 0,
  net_minor bigint not null default 0,
  primary key (product_id, currency)
);
-- What is due of open invoices, by the day on which it is.
create table figure_due (
  due_date date not null,
  currency text not null,
  outstanding_minor bigint not null default 0,
  primary key (due_date, currency)
);

create index figure_customer_gross on figure_customer (currency, gross_minor desc, customer_id);
create index invoice_line_product on invoice_line (product_id);
create index figure_product_net on figure_product (currency, net_minor desc, product_id);

create function month_of(day date) returns date
  language sql immutable strict
  return make_date(extract(year from day)::int, extract(month from day)::int, 1);

-- A document with its sign: invoices count, credit notes and voids take away.
create function count_document(
  day date, currency text, customer uuid, net bigint, vat bigint, gross bigint, groups jsonb, sign int
) returns void
  language sql as $$
  insert into figure_month (month, currency, net_minor, vat_minor, gross_minor)
  values (month_of(day), currency, sign * net, sign * vat, sign * gross)
  on conflict (month, currency) do update
  set net_minor = figure_month.net_minor + excluded.net_minor,
      vat_minor = figure_month.vat_minor + excluded.vat_minor,
      gross_minor = figure_month.gross_minor + excluded.gross_minor;

  insert into figure_vat (month, currency, vat_rate_bp, base_minor, vat_minor)
  select month_of(day), currency, (part ->> 'vatRateBp')::int,
    sign * (part ->> 'baseMinor')::bigint, sign * (part ->> 'vatMinor')::bigint
  from jsonb_array_elements(groups) as part
  order by 3
  on conflict (month, currency, vat_rate_bp) do update
  set base_minor = figure_vat.base_minor + excluded.base_minor,
      vat_minor = figure_vat.vat_minor + excluded.vat_minor;

  insert into figure_customer (customer_id, currency, gross_minor)
  values (customer, currency, sign * gross)
  on conflict (customer_id, currency) do update
  set gross_minor = figure_customer.gross_minor + excluded.gross_minor;
$$;

create function count_invoice(counted invoice, sign int) returns void
  language sql as $$
  select count_document(
    counted.issue_date, counted.currency, counted.customer_id,
    counted.net_minor, counted.vat_minor, counted.gross_minor, counted.vat, sign
  );

  insert into figure_product (product_id, currency, quantity, net_minor)
  select product_id, counted.currency, sign * sum(quantity), sign * sum(net_minor)
  from invoice_line
  where invoice_id = counted.id
  group by product_id
  order by product_id
  on conflict (product_id, currency) do update
  set quantity = figure_product.quantity + excluded.quantity,
      net_minor = figure_product.net_minor + excluded.net_minor;
$$;

create function outstanding_of(counted invoice) returns bigint
  language sql immutable
  return case when counted.status = 'open' then greatest(counted.balance_minor, 0) else 0 end;

create function keep_invoice_figures() returns trigger
  language plpgsql as $$
declare
  -- What is in the old row counted from the day on which it was issued.
  before bigint := case when old.status = 'draft' then 0 else outstanding_of(old) end;
begin
  if old.status = 'draft' then
    perform count_invoice(new, 1);
  elsif old.status <> 'void' and new.status = 'void' then
    perform count_invoice(new, -1);
  end if;
  if outstanding_of(new) <> before then
    insert into figure_due (due_date, currency, outstanding_minor)
    values (new.due_date, new.currency, outstanding_of(new) - before)
    on conflict (due_date, currency) do update
    set outstanding_minor = figure_due.outstanding_minor + excluded.outstanding_minor;
  end if;
  return null;
end
$$;

create trigger keep_figures
  after update on invoice
  for each row when (new.status <> 'draft')
  execute function keep_invoice_figures();

create function keep_payment_figures() returns trigger
  language plpgsql as $$
declare
  paid invoice;
begin
  select * into paid from invoice where id = new.invoice_id;
  insert into figure_month (month, currency, collected_minor)
  values (month_of(new.paid_on), paid.currency, new.amount_minor)
  on conflict (month, currency) do update
  set collected_minor = figure_month.collected_minor + excluded.collected_minor;
  insert into figure_customer (customer_id, currency, collected_minor)
  values (paid.customer_id, paid.currency, new.amount_minor)
  on conflict (customer_id, currency) do update
  set collected_minor = figure_customer.collected_minor + excluded.collected_minor;
  return null;
end
$$;

create trigger keep_figures
  after insert on payment
  for each row execute function keep_payment_figures();

create function keep_credit_figures() returns trigger
  language plpgsql as $$
declare
  credited invoice;
begin
  select * into credited from invoice where id = new.invoice_id;
  perform count_document(
    new.issue_date, credited.currency, credited.customer_id,
    new.net_minor, new.vat_minor, new.gross_minor, new.vat, -1
  );
  return null;
end
$$;

create trigger keep_figures
  after insert on credit_note
  for each row execute function keep_credit_figures();

create function keep_credited_product_figures() returns trigger
  language plpgsql as $$
begin
  insert into figure_product (product_id, currency, quantity, net_minor)
  select product_id, currency, -sum(added.quantity), -sum(added.net_minor)
  from added
  join invoice_line using (invoice_id, position)
  join invoice on invoice.id = added.invoice_id
  group by product_id, currency
  order by product_id, currency
  on conflict (product_id, currency) do update
  set quantity = figure_product.quantity + excluded.quantity,
      net_minor = figure_product.net_minor + excluded.net_minor;
  return null;
end
$$;

create trigger keep_figures
  after insert on credit_note_line referencing new table as added
  for each statement execute function keep_credited_product_figures();

-- The same sums, counted again from the documents themselves.
create view counted_month as
  select month, currency, sum(net)::bigint as net_minor, sum(vat)::bigint as vat_minor,
    sum(gross)::bigint as gross_minor, sum(collected)::bigint as collected_minor
  from (
    select month_of(issue_date) as month, currency, net_minor as net, vat_minor as vat,
      gross_minor as gross, 0::bigint as collected
    from invoice where status not in ('draft', 'void')
    union all
    select month_of(note.issue_date), currency, -note.net_minor, -note.vat_minor,
      -note.gross_minor, 0
    from credit_note as note join invoice on invoice.id = invoice_id
    union all
    select month_of(paid_on), currency, 0, 0, 0, amount_minor
    from payment join invoice on invoice.id = invoice_id
  ) as part
  group by month, currency;

create view counted_vat as
  select month, currency, vat_rate_bp, sum(base)::bigint as base_minor,
    sum(vat)::bigint as vat_minor
  from (
    select month_of(issue_date) as month, currency, (part ->> 'vatRateBp')::int as vat_rate_bp,
      (part ->> 'baseMinor')::bigint as base, (part ->> 'vatMinor')::bigint as vat
    from invoice, jsonb_array_elements(vat) as part
    where status not in ('draft', 'void')
    union all
    select month_of(note.issue_date), currency, (part ->> 'vatRateBp')::int,
      -(part ->> 'baseMinor')::bigint, -(part ->> 'vatMinor')::bigint
    from credit_note as note join invoice on invoice.id = invoice_id,
      jsonb_array_elements(note.vat) as part
  ) as part
  group by month, currency, vat_rate_bp;

create view counted_customer as
  select customer_id, currency, sum(gross_minor - credited_minor)::bigint as gross_minor,
    sum(paid_minor)::bigint as collected_minor
  from invoice
  where status not in ('draft', 'void')
  group by customer_id, currency;

create view counted_product as
  select product_id, currency, sum(quantity) as quantity, sum(net)::bigint as net_minor
  from (
    select product_id, currency, quantity, line.net_minor as net
    from invoice_line as line join invoice on invoice.id = invoice_id
    where status not in ('draft', 'void')
    union all
    select product_id, currency, -credited.quantity, -credited.net_minor
    from credit_note_line as credited
    join invoice_line using (invoice_id, position)
    join invoice on invoice.id = credited.invoice_id
  ) as part
  group by product_id, currency;

create view counted_due as
  select due_date, currency, sum(outstanding_of(invoice))::bigint as outstanding_minor
  from invoice
  where status = 'open'
  group by due_date, currency;

-- What was issued before the sums were kept.
insert into figure_month select * from counted_month;
insert into figure_vat select * from counted_vat;
insert into figure_customer select * from counted_customer;
insert into figure_product select * from counted_product;
insert into figure_due select * from counted_due;
