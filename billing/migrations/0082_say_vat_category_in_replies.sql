-- A repeat of what was done before the categories gets a reply that says them, as its contract does.
create function pg_temp.with_category(parts jsonb) returns jsonb
  language sql
  return (
    select coalesce(
      jsonb_agg(part || jsonb_build_object('vatCategory', vat_category_of(part)) order by place), '[]'
    )
    from jsonb_array_elements(parts) with ordinality as told (part, place)
  );

update idempotency_key
set reply = jsonb_set(
  jsonb_set(reply::jsonb, '{lines}', pg_temp.with_category(reply::jsonb -> 'lines')),
  '{totals,vat}', pg_temp.with_category(reply::jsonb #> '{totals,vat}')
)
where created_at > now() - interval '24 hours' and reply -> 'totals' is not null;
