-- Who changed what of a record, written in the transaction of the change and kept when the record goes.
create table audit_event (
  seq bigint not null generated always as identity primary key,
  record_id uuid not null,
  action text not null,
  request_id text not null,
  -- [{ field, before, after }]; null once it was redacted for the sake of a person.
  changes json,
  at timestamptz not null default clock_timestamp()
);

create index audit_event_record on audit_event (record_id, seq);

create function refuse_audit_change() returns trigger
  language plpgsql
  as $$
  begin
    if tg_op = 'UPDATE' and new.changes is null
      and (new.seq, new.record_id, new.action, new.request_id, new.at)
        = (old.seq, old.record_id, old.action, old.request_id, old.at) then
      return new;
    end if;
    raise exception 'Cannot % audit_event: it is only ever added to and redacted', lower(tg_op)
      using errcode = 'restrict_violation';
  end
  $$;

create trigger audit_event_is_append_only
  before update or delete on audit_event
  for each row execute function refuse_audit_change();
