-- Values of a history are plain: what has parts is told as JSON in a text.
create function pg_temp.audit_value(value jsonb) returns jsonb
  language sql immutable
  return case when jsonb_typeof(value) in ('object', 'array') then to_jsonb(value::text) else value end;

-- One form of history for all services, which says who as well.
insert into audit_event (record_id, action, request_id, at, changes)
select
  invoice_id,
  case action
    when 'create' then 'created'
    when 'update' then 'changed'
    when 'delete' then 'deleted'
    when 'issue' then 'issued'
    when 'pay' then 'paid'
    when 'credit' then 'credited'
    when 'void' then 'voided'
    else 'written-off'
  end,
  request_id,
  created_at,
  (
    select coalesce(json_agg(json_build_object(
      'field', field,
      'before', pg_temp.audit_value(before -> field),
      'after', pg_temp.audit_value(after -> field)
    )), '[]')
    from jsonb_object_keys(before || after) as field
  )
from invoice_event
order by created_at, id;

drop table invoice_event;

create trigger refuse_truncate
  before truncate on audit_event
  for each statement execute function refuse_change();
