-- What a sale changes stands in no index, so that a product's row is replaced within its page and no
-- index is written: of being low in stock there is a column, which seldom changes.
drop index product_low_stock;

alter table product set (fillfactor = 70);
alter table product
  add column is_low boolean not null generated always as (
    track_stock and on_hand - reserved <= low_stock_threshold
  ) stored;

create index product_low_stock on product (name, id) where is_low;
