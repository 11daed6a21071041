-- A draft that is being issued: while the row is there, the draft must not change.
create table finalization (
  invoice_id uuid primary key references invoice,
  -- Who issues; whoever holds another token has lost the draft to somebody else.
  token uuid not null,
  -- The process, so that its next start knows what the last one left.
  owner text not null,
  idempotency_key text,
  started_at timestamptz not null default now(),
  -- From then on anybody may take it that its process has died.
  expires_at timestamptz not null
);

create index finalization_expires_at on finalization (expires_at);

-- What the inventory has yet to be told, written in the same transaction as its reason.
create table outbox (
  id bigint primary key generated always as identity,
  invoice_id uuid not null,
  action text not null check (action in ('commit', 'release', 'restock')),
  -- For 'restock' what comes back: [{ productId, quantity }].
  lines jsonb not null default '[]',
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text not null default '',
  created_at timestamptz not null default now()
);

create index outbox_next_attempt_at on outbox (next_attempt_at);
create index outbox_invoice on outbox (invoice_id, id);
