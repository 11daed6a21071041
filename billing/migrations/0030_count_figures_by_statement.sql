-- Invoices are issued many at a time: their sums are changed once for all of them, not once for each.
drop trigger keep_figures on invoice;
drop function keep_invoice_figures();
drop function count_invoice(invoice, int);

create function keep_invoice_figures() returns trigger
  language plpgsql as $$
declare
  -- What begins to count, with 1, and what ends to, with -1.
  ids uuid[];
  signs int[];
begin
  -- Drafts are changed often and count for nothing.
  if not exists (select from changed where status <> 'draft') then
    return null;
  end if;

  select array_agg(id), array_agg(sign) into ids, signs
  from (
    select id, case
      when was.status = 'draft' and changed.status <> 'draft' then 1
      when was.status <> 'void' and changed.status = 'void' then -1
    end as sign
    from changed join was using (id)
  ) as counted
  where sign is not null;

  if ids is not null then
    insert into figure_month (month, currency, net_minor, vat_minor, gross_minor)
    select month_of(issue_date), currency, sum(sign * net_minor), sum(sign * vat_minor),
      sum(sign * gross_minor)
    from unnest(ids, signs) as counted (id, sign) join changed using (id)
    group by 1, 2
    order by 1, 2
    on conflict (month, currency) do update
    set net_minor = figure_month.net_minor + excluded.net_minor,
        vat_minor = figure_month.vat_minor + excluded.vat_minor,
        gross_minor = figure_month.gross_minor + excluded.gross_minor;

    insert into figure_vat (month, currency, vat_rate_bp, base_minor, vat_minor)
    select month_of(issue_date), currency, (part ->> 'vatRateBp')::int,
      sum(sign * (part ->> 'baseMinor')::bigint), sum(sign * (part ->> 'vatMinor')::bigint)
    from unnest(ids, signs) as counted (id, sign) join changed using (id),
      jsonb_array_elements(vat) as part
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (month, currency, vat_rate_bp) do update
    set base_minor = figure_vat.base_minor + excluded.base_minor,
        vat_minor = figure_vat.vat_minor + excluded.vat_minor;

    insert into figure_customer (customer_id, currency, gross_minor)
    select customer_id, currency, sum(sign * gross_minor)
    from unnest(ids, signs) as counted (id, sign) join changed using (id)
    group by 1, 2
    order by 1, 2
    on conflict (customer_id, currency) do update
    set gross_minor = figure_customer.gross_minor + excluded.gross_minor;

    insert into figure_product (product_id, currency, quantity, net_minor)
    select product_id, currency, sum(sign * quantity), sum(sign * line.net_minor)
    from unnest(ids, signs) as counted (id, sign)
    join changed using (id)
    join invoice_line as line on line.invoice_id = counted.id
    group by 1, 2
    order by 1, 2
    on conflict (product_id, currency) do update
    set quantity = figure_product.quantity + excluded.quantity,
        net_minor = figure_product.net_minor + excluded.net_minor;
  end if;

  insert into figure_due (due_date, currency, outstanding_minor)
  select due_date, currency, sum(outstanding)
  from (
    select changed.due_date, changed.currency,
      case when changed.status = 'open' then greatest(changed.balance_minor, 0) else 0 end
        -- What is in a draft counts from the day on which it is issued.
        - case when was.status = 'open' then greatest(was.balance_minor, 0) else 0 end
        as outstanding
    from changed join was using (id)
    where changed.status <> 'draft'
  ) as due
  group by 1, 2
  having sum(outstanding) <> 0
  order by 1, 2
  on conflict (due_date, currency) do update
  set outstanding_minor = figure_due.outstanding_minor + excluded.outstanding_minor;
  return null;
end
$$;

create trigger keep_figures
  after update on invoice referencing old table as was new table as changed
  for each statement execute function keep_invoice_figures();
