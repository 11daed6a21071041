-- The person, or the service that did it by itself; null when nobody was named.
alter table audit_event add column who text;

create or replace function refuse_audit_change() returns trigger
  language plpgsql
  as $$
  begin
    if tg_op = 'UPDATE' and new.changes is null
      and (new.seq, new.record_id, new.action, new.who, new.request_id, new.at)
        is not distinct from (old.seq, old.record_id, old.action, old.who, old.request_id, old.at) then
      return new;
    end if;
    raise exception 'Cannot % audit_event: it is only ever added to and redacted', lower(tg_op)
      using errcode = 'restrict_violation';
  end
  $$;
