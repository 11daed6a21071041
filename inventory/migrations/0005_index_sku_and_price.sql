-- Not on_hand and available, which every sale changes: an index on them would cost each of them.
create index product_sku_sorted on product (sku, id);
create index product_unit_price on product (unit_price, id);
