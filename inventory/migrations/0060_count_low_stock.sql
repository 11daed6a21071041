-- What is low in stock is counted from the index alone.
drop index product_low_stock;
create index product_low_stock on product (name, id) where is_low and archived_at is null;
