create index product_archived on product (name, id) where archived_at is not null;
