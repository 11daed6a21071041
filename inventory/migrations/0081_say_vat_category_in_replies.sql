-- A repeat of what was done before the categories gets a reply that says them, as its contract does.
update idempotency_key
set reply = jsonb_set(
  reply::jsonb, '{vatCategory}',
  case when (reply ->> 'vatRateBp')::int > 0 then '"S"' else '"Z"' end::jsonb
)
where created_at > now() - interval '24 hours'
  and reply ->> 'vatRateBp' is not null
  and reply ->> 'vatCategory' is null;
