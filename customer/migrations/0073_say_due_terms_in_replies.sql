-- A repeat of what was done before customers had due terms gets a reply that says them.
update idempotency_key
set reply = reply::jsonb || '{"dueDays": null, "dueEndOfMonth": false}'
where created_at > now() - interval '24 hours'
  and reply -> 'name' is not null
  and reply -> 'dueDays' is null;
