alter table product add column archived_at timestamptz;

create index product_low_stock on product (name, id)
  where track_stock and available <= low_stock_threshold;
