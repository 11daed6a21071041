-- What an invoice says that was paid on it and credited is what its payments and credit notes come to,
-- also for whoever writes by plain SQL; and a version that goes back would let a stale ETag pass.
create function guard_settled() returns trigger
  language plpgsql as $$
begin
  if new.version < old.version then
    raise exception 'The version of invoice % cannot go back', old.id
      using errcode = 'restrict_violation';
  end if;
  if new.paid_minor <> (
    select coalesce(sum(amount_minor), 0) from payment where invoice_id = new.id
  ) then
    raise exception 'What was paid of invoice % cannot differ from its payments', old.number
      using errcode = 'restrict_violation';
  end if;
  if new.credited_minor <> (
    select coalesce(sum(gross_minor), 0) from credit_note where invoice_id = new.id
  ) then
    raise exception 'What was credited of invoice % cannot differ from its credit notes', old.number
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger guard_settled
  before update on invoice
  for each row when (
    new.paid_minor <> old.paid_minor
    or new.credited_minor <> old.credited_minor
    or new.version < old.version
  )
  execute function guard_settled();
