create table idempotency_key (
  key text primary key,
  -- A digest of the request that first used the key.
  fingerprint text not null,
  reply json not null,
  created_at timestamptz not null default now()
);

create index idempotency_key_created_at on idempotency_key (created_at);
