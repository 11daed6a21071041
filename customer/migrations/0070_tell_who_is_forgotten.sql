-- Who was forgotten here, and is yet to be by those who copied of it.
create table forgotten (
  customer_id uuid primary key,
  -- In whose name they are told.
  who text,
  attempts int not null default 0,
  -- When all of them had answered for the first time.
  told_at timestamptz,
  next_attempt_at timestamptz not null default now()
);

create index forgotten_next_attempt_at on forgotten (next_attempt_at);

-- Those who were before anybody was told.
insert into forgotten (customer_id)
select distinct record_id from audit_event where action in ('anonymised', 'deleted');
