import { writeAudit } from 'platform/audit-store';
import { onlyRow, type Queryable, type Transaction } from 'platform/database';

import type { NewProduct, Product, ProductInput } from './contract.ts';
import { insertMovements } from './movement-store.ts';
import { inputOf } from './products.ts';
import { thousandths } from './quantity.ts';

/** With its first stock as the first movement. */
export async function insertProduct(
  tx: Transaction,
  { initialQuantity, ...product }: NewProduct & { id: string },
): Promise<Product> {
  const rows = await tx<Product[]>`
    insert into product ${tx({ ...product, onHand: initialQuantity })} returning ${productColumns(tx)}
  `;
  if (thousandths(initialQuantity) > 0n) {
    const reason = 'receipt' as const;
    const first = { delta: initialQuantity, balanceAfter: initialQuantity, reason };
    await insertMovements(tx, [{ productId: product.id, ...first }]);
  }
  const made = onlyRow(rows);
  await writeAudit(tx, made.id, 'created', { after: inputOf(made) });
  return made;
}

export async function updateProduct(
  tx: Transaction,
  before: Product,
  input: ProductInput,
): Promise<Product> {
  const rows = await tx<Product[]>`
    update product
    set ${tx(inputOf(input))}, version = version + 1, updated_at = now()
    where id = ${before.id}
    returning ${productColumns(tx)}
  `;
  const after = onlyRow(rows);
  await writeAudit(tx, before.id, 'changed', { before: inputOf(before), after: inputOf(after) });
  return after;
}

export async function setArchived(
  tx: Transaction,
  id: string,
  archived: boolean,
): Promise<Product> {
  const rows = await tx<Product[]>`
    update product
    set archived_at = case when ${archived} then now() end,
        version = version + 1,
        updated_at = now()
    where id = ${id}
    returning ${productColumns(tx)}
  `;
  await writeAudit(tx, id, archived ? 'archived' : 'restored');
  return onlyRow(rows);
}

export async function lockProduct(tx: Transaction, id: string): Promise<Product | undefined> {
  const [product] = await tx<Product[]>`
    select ${productColumns(tx)} from product where id = ${id} for update
  `;
  return product;
}

export function productColumns(sql: Queryable) {
  return sql`
    id, sku, name, unit, unit_price, currency, vat_rate_bp, track_stock, low_stock_threshold,
    on_hand, reserved, available, archived_at, version, created_at, updated_at
  `;
}
