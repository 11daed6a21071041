-- What is printed on an issued invoice never changes, whoever asks for it and by whatever way. The
-- columns named here may; those generated from others are not known yet when this runs.
create function guard_issued_invoice() returns trigger
  language plpgsql as $$
declare
  free constant text[] := array[
    'status', 'paid_minor', 'void_reason', 'version', 'updated_at',
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

create trigger guard_issued_invoice
  before update or delete on invoice
  for each row execute function guard_issued_invoice();

create function guard_issued_lines() returns trigger
  language plpgsql as $$
begin
  if exists (
    select from changed join invoice on invoice.id = changed.invoice_id
    where invoice.status <> 'draft'
  ) then
    raise exception 'The lines of an issued invoice cannot change'
      using errcode = 'restrict_violation';
  end if;
  return null;
end
$$;

create trigger guard_inserted_lines
  after insert on invoice_line referencing new table as changed
  for each statement execute function guard_issued_lines();
create trigger guard_updated_lines
  after update on invoice_line referencing old table as changed
  for each statement execute function guard_issued_lines();
create trigger guard_moved_lines
  after update on invoice_line referencing new table as changed
  for each statement execute function guard_issued_lines();
create trigger guard_deleted_lines
  after delete on invoice_line referencing old table as changed
  for each statement execute function guard_issued_lines();

create function refuse_change() returns trigger
  language plpgsql as $$
begin
  raise exception 'Rows of % are added and never changed', tg_table_name
    using errcode = 'restrict_violation';
end
$$;

create trigger refuse_change
  before update or delete on payment
  for each row execute function refuse_change();
create trigger refuse_truncate
  before truncate on payment
  for each statement execute function refuse_change();
create trigger refuse_truncate
  before truncate on invoice
  for each statement execute function refuse_change();
create trigger refuse_truncate
  before truncate on invoice_line
  for each statement execute function refuse_change();

-- A number that was given is never given again.
create function guard_number_series() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.series = old.series and new.year = old.year
    and new.last_seq >= old.last_seq and new.last_issue_date >= old.last_issue_date then
    return new;
  end if;
  raise exception 'The series % of % cannot go back', old.series, old.year
    using errcode = 'restrict_violation';
end
$$;

create trigger guard_number_series
  before update or delete on number_series
  for each row execute function guard_number_series();
