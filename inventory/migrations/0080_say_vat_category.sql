-- Why a product bears its VAT, by the codes of EN 16931. Of those from before, the rate tells it.
alter table product
  add column vat_category text not null default 'S'
    check (vat_category in ('S', 'Z', 'E', 'AE', 'K', 'G', 'O'));
update product set vat_category = 'Z' where vat_rate_bp = 0;
alter table product
  alter column vat_category drop default,
  add constraint product_vat_fits check ((vat_category = 'S') = (vat_rate_bp > 0));
