-- A repeat of what was done before due terms could end with the month gets a reply that says so.
update idempotency_key
set reply = reply::jsonb || '{"dueEndOfMonth": false}'
where created_at > now() - interval '24 hours'
  and reply -> 'dueDays' is not null
  and reply -> 'dueEndOfMonth' is null;
