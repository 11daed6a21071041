-- Who bought, as invoices say it, each once. Words are looked for among the buyers, of whom there are
-- far fewer, and their invoices are read from an index in the order of lists. A buyer stays when the
-- last draft that names it goes, and is then found without invoices.
create table invoice_buyer (
  key uuid primary key generated always as (md5(name || e'\n' || siren)::uuid) stored,
  name text not null,
  siren text not null,
  -- One field per line: no search term has a line break, so none matches across two fields.
  search text not null generated always as (search_text(name || e'\n' || siren)) stored
);

create index invoice_buyer_search on invoice_buyer using gin (search gin_trgm_ops);

alter table invoice
  drop column search,
  add column buyer_key uuid not null generated always as (
    md5((buyer ->> 'name') || e'\n' || coalesce(buyer ->> 'siren', ''))::uuid
  ) stored;

create index invoice_of_buyer on invoice (buyer_key, created_at, id);
create index invoice_number_search on invoice using gin (number gin_trgm_ops);

create function keep_invoice_buyers() returns void
  language sql as $$
  insert into invoice_buyer (name, siren)
  select distinct buyer ->> 'name', coalesce(buyer ->> 'siren', '') from invoice
  on conflict do nothing;
$$;

select keep_invoice_buyers();

create function keep_invoice_buyer() returns trigger
  language plpgsql as $$
begin
  insert into invoice_buyer (name, siren)
  values (new.buyer ->> 'name', coalesce(new.buyer ->> 'siren', ''))
  on conflict do nothing;
  return null;
end
$$;

create trigger keep_first_buyer
  after insert on invoice
  for each row execute function keep_invoice_buyer();
create trigger keep_changed_buyer
  after update of buyer on invoice
  for each row when (new.buyer_key <> old.buyer_key)
  execute function keep_invoice_buyer();

-- As before, but for the names of generated columns.
create or replace function guard_issued_invoice() returns trigger
  language plpgsql as $$
declare
  free constant text[] := array[
    'status', 'paid_minor', 'credited_minor', 'void_reason', 'version', 'updated_at',
    'number_key', 'customer_name', 'balance_minor', 'buyer_key'
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

-- By which plans are chosen; of what a migration writes nothing else would count it.
analyze invoice;
analyze invoice_buyer;
