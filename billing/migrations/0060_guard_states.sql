-- Of what may still change of an issued invoice, nothing goes back: void is for ever, what was paid or
-- credited stays so, and an invoice is paid when nothing of it is due.
create or replace function guard_issued_invoice() returns trigger
  language plpgsql as $$
declare
  free constant text[] := array[
    'status', 'paid_minor', 'credited_minor', 'void_reason', 'version', 'updated_at',
    'number_key', 'customer_name', 'balance_minor', 'search'
  ];
  due bigint;
  is_wrong boolean;
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
  if new.paid_minor < old.paid_minor or new.credited_minor < old.credited_minor then
    raise exception 'What was paid of invoice % or credited cannot be taken back', old.number
      using errcode = 'restrict_violation';
  end if;
  if (old.status = 'void' or new.status <> 'void') and new.void_reason <> old.void_reason then
    raise exception 'Why invoice % is void cannot change', old.number
      using errcode = 'restrict_violation';
  end if;
  due := new.gross_minor - new.paid_minor - new.credited_minor;
  is_wrong := case new.status
    when 'void' then old.status = 'paid' or new.paid_minor > 0 or new.credited_minor > 0
    when 'paid' then old.status = 'void' or due > 0
    else old.status = 'void' or due <= 0
  end;
  if is_wrong then
    raise exception 'Invoice % is % and cannot become %', old.number, old.status, new.status
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create function guard_payment() returns trigger
  language plpgsql as $$
begin
  if exists (select from invoice where id = new.invoice_id and status in ('draft', 'void')) then
    raise exception 'A draft or a void invoice cannot be paid'
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger guard_payment
  before insert on payment
  for each row execute function guard_payment();

create trigger refuse_truncate
  before truncate on number_series
  for each statement execute function refuse_change();
