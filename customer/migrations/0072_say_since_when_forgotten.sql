-- Since when, to the millisecond in which it is told, so that what is forgotten anew can be told apart.
alter table forgotten add column forgotten_at timestamptz(3) not null default now();

update forgotten
set forgotten_at = since
from (
  select record_id, max(at) as since
  from audit_event
  where action in ('anonymised', 'deleted')
  group by record_id
) as known
where record_id = customer_id;

-- Who was filled in again is not forgotten any more.
delete from forgotten
where exists (select from customer where id = customer_id and name <> 'Client anonymisé');
