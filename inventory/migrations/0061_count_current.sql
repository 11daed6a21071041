-- Products in use are counted from the index alone; those put away have one of their own.
drop index product_name;
create index product_name on product (name, id) where archived_at is null;
