-- Whose name and address it is, histories no longer tell: there a person could not be forgotten.
create or replace function pg_temp.veiled(value json) returns json
  language sql immutable
  return case when value #>> '{}' is null or value #>> '{}' = '' then value else '"…"' end;

alter table audit_event disable trigger audit_event_is_append_only;

update audit_event
set changes = (
  select json_agg(
    case when change ->> 'field' in ('buyer', 'deliveryAddress')
      then json_build_object(
        'field', change -> 'field',
        'before', pg_temp.veiled(change -> 'before'),
        'after', pg_temp.veiled(change -> 'after')
      )
      else change
    end
    order by place
  )
  from json_array_elements(changes) with ordinality as told (change, place)
)
where changes::text ~ '"field" ?: ?"(buyer|deliveryAddress)"';

alter table audit_event enable trigger audit_event_is_append_only;
