-- The truth about stock: what is on hand is the sum of a product's movements. It outlives products.
create table stock_movement (
  id uuid primary key,
  -- Given while the product is locked, so that it follows the balance.
  seq bigint not null generated always as identity,
  product_id uuid not null,
  delta numeric(18, 3) not null check (delta <> 0),
  reason text not null check (reason in ('receipt', 'adjustment', 'count', 'sale', 'return')),
  note text not null default '',
  reference text not null default '',
  balance_after numeric(18, 3) not null check (balance_after >= 0),
  created_at timestamptz not null default clock_timestamp()
);

create unique index stock_movement_product on stock_movement (product_id, seq);

create function refuse_change() returns trigger
  language plpgsql
  as $$
  begin
    raise exception 'Cannot % %: it is only ever added to', lower(tg_op), tg_table_name
      using errcode = 'restrict_violation';
  end
  $$;

create trigger stock_movement_is_append_only
  before update or delete or truncate on stock_movement
  for each statement execute function refuse_change();
