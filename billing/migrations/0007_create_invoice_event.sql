-- What was done to invoices, written in the same transaction; drafts that were deleted leave theirs.
create table invoice_event (
  id uuid primary key,
  invoice_id uuid not null,
  action text not null,
  request_id text not null,
  before jsonb not null,
  after jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

create index invoice_event_invoice on invoice_event (invoice_id, created_at, id);

create trigger refuse_change
  before update or delete on invoice_event
  for each row execute function refuse_change();
create trigger refuse_truncate
  before truncate on invoice_event
  for each statement execute function refuse_change();
