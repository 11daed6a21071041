-- Why a line bears its VAT, by the codes of EN 16931. Lines from before say none, and what is issued
-- stays as it is: their rate tells it, S above 0 and Z at 0. So do the groups in the column vat.
alter table invoice_line
  add column vat_category text check (vat_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
  add constraint invoice_line_vat_fits check ((vat_category = 'S') = (vat_rate_bp > 0));

create function vat_category_of(part jsonb) returns text
  language sql immutable
  return coalesce(
    part ->> 'vatCategory', case when (part ->> 'vatRateBp')::int > 0 then 'S' else 'Z' end
  );

-- The sums are kept by category, too. It comes last, in the order of the view.
alter table figure_vat add column vat_category text not null default 'S';
update figure_vat set vat_category = 'Z' where vat_rate_bp = 0;
alter table figure_vat
  alter column vat_category drop default,
  drop constraint figure_vat_pkey,
  add primary key (month, currency, vat_rate_bp, vat_category);

drop view counted_vat;
create view counted_vat as
  select month, currency, vat_rate_bp, sum(base)::bigint as base_minor,
    sum(vat)::bigint as vat_minor, vat_category
  from (
    select month_of(issue_date) as month, currency, (part ->> 'vatRateBp')::int as vat_rate_bp,
      vat_category_of(part) as vat_category, (part ->> 'baseMinor')::bigint as base,
      (part ->> 'vatMinor')::bigint as vat
    from invoice, jsonb_array_elements(vat) as part
    where status not in ('draft', 'void')
    union all
    select month_of(note.issue_date), currency, (part ->> 'vatRateBp')::int, vat_category_of(part),
      -(part ->> 'baseMinor')::bigint, -(part ->> 'vatMinor')::bigint
    from credit_note as note join invoice on invoice.id = invoice_id,
      jsonb_array_elements(note.vat) as part
  ) as part
  group by month, currency, vat_rate_bp, vat_category;

-- As before, but for the category.
create or replace function count_document(
  day date, currency text, customer uuid, net bigint, vat bigint, gross bigint, groups jsonb, sign int
) returns void
  language sql as $$
  insert into figure_month (month, currency, net_minor, vat_minor, gross_minor)
  values (month_of(day), currency, sign * net, sign * vat, sign * gross)
  on conflict (month, currency) do update
  set net_minor = figure_month.net_minor + excluded.net_minor,
      vat_minor = figure_month.vat_minor + excluded.vat_minor,
      gross_minor = figure_month.gross_minor + excluded.gross_minor;

  insert into figure_vat (month, currency, vat_rate_bp, vat_category, base_minor, vat_minor)
  select month_of(day), currency, (part ->> 'vatRateBp')::int, vat_category_of(part),
    sign * (part ->> 'baseMinor')::bigint, sign * (part ->> 'vatMinor')::bigint
  from jsonb_array_elements(groups) as part
  order by 3, 4
  on conflict (month, currency, vat_rate_bp, vat_category) do update
  set base_minor = figure_vat.base_minor + excluded.base_minor,
      vat_minor = figure_vat.vat_minor + excluded.vat_minor;

  insert into figure_customer (customer_id, currency, gross_minor)
  values (customer, currency, sign * gross)
  on conflict (customer_id, currency) do update
  set gross_minor = figure_customer.gross_minor + excluded.gross_minor;
$$;

create or replace function keep_invoice_figures() returns trigger
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

    insert into figure_vat (month, currency, vat_rate_bp, vat_category, base_minor, vat_minor)
    select month_of(issue_date), currency, (part ->> 'vatRateBp')::int, vat_category_of(part),
      sum(sign * (part ->> 'baseMinor')::bigint), sum(sign * (part ->> 'vatMinor')::bigint)
    from unnest(ids, signs) as counted (id, sign) join changed using (id),
      jsonb_array_elements(vat) as part
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (month, currency, vat_rate_bp, vat_category) do update
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
