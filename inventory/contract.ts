import { AuditTrail, AuditTrailQuery } from 'platform/audit';
import { contract, created, empty, json, Problem, problem, record, stale } from 'platform/contract';
import { BasisPoints, Currency, decimal, Id, Instant, signedDecimal, text } from 'platform/fields';
import { cursorPageOf, cursorQuery, flag, idList, listQuery, pageOf } from 'platform/paging';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

/** Up to 9 digits and 3 decimals, `"1.500"`. */
export const Quantity = decimal(9, 3);
/** Up to 12 digits and 6 decimals, `"12.345678"`, without VAT. */
export const UnitPrice = decimal(12, 6);

const ProductFields = z.strictObject({
  sku: text(64, 1),
  name: text(200, 1),
  /** What one of it is called: piece, hour, kg. */
  unit: text(20).default(''),
  unitPrice: UnitPrice,
  currency: Currency.default('EUR'),
  vatRateBp: BasisPoints.default(2000),
  /** False for services, which have no stock. */
  trackStock: z.boolean().default(true),
  /** At or below this the product counts as low in stock. */
  lowStockThreshold: Quantity.default('0'),
});

/** What a person fills in about a product; its stock changes by movements only. */
export const ProductInput = ProductFields.meta({ id: 'ProductInput' });
export type ProductInput = z.output<typeof ProductInput>;

/** A new product may come with what is on the shelf already. */
export const NewProduct = z
  .strictObject({ ...ProductFields.shape, initialQuantity: Quantity.default('0') })
  .meta({ id: 'NewProduct' });
export type NewProduct = z.output<typeof NewProduct>;

export const ProductPatch = patchOf(ProductFields).meta({ id: 'ProductPatch' });
export type ProductPatch = z.output<typeof ProductPatch>;

export const Product = z
  .object({
    id: Id,
    ...ProductFields.shape,
    /** On the shelf; `reserved` of it is promised to invoices, `available` is the rest. */
    onHand: Quantity,
    reserved: Quantity,
    available: Quantity,
    /** When it was put away; lists leave it out then. Null while it is in use. */
    archivedAt: Instant.nullish(),
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Product' });
export type Product = z.output<typeof Product>;

export const MOVEMENT_REASONS = ['receipt', 'adjustment', 'count', 'sale', 'return'] as const;

/** A change of stock; `delta` is negative for what leaves. */
export const Movement = z
  .object({
    id: Id,
    productId: Id,
    delta: signedDecimal(9, 3),
    reason: z.enum(MOVEMENT_REASONS),
    note: text(500),
    /** What it belongs to: of a sale the invoice, which is its reservation; else what came along. */
    reference: z.string(),
    balanceAfter: Quantity,
    /** The person, or the service that did it by itself; null when nobody was named. */
    who: z.string().nullable(),
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'Movement' });
export type Movement = z.output<typeof Movement>;

/** What a person or another service moves; an adjustment says why in its note. */
export const NewMovement = z
  .strictObject({
    delta: signedDecimal(9, 3).regex(/[1-9]/, 'Must not be zero'),
    reason: z.enum(['receipt', 'adjustment', 'return']),
    note: text(500).default(''),
    /** Such as the number of a delivery note. */
    reference: text(100).default(''),
  })
  .meta({ id: 'NewMovement' });
export type NewMovement = z.output<typeof NewMovement>;

/** What somebody found on the shelf; it becomes what is on hand. */
export const NewCount = z
  .strictObject({ counted: Quantity, note: text(500).default('') })
  .meta({ id: 'NewCount' });
export type NewCount = z.output<typeof NewCount>;

export const ReservationLine = z.strictObject({
  productId: Id,
  quantity: Quantity.regex(/[1-9]/, 'Must be more than zero'),
});
export type ReservationLine = z.output<typeof ReservationLine>;

export const RESERVATION_STATUSES = ['held', 'committed', 'released'] as const;

/** Stock put aside for an invoice, all lines or none, until `expiresAt`. */
export const Reservation = z
  .object({
    id: Id,
    status: z.enum(RESERVATION_STATUSES),
    lines: z.array(ReservationLine),
    expiresAt: Instant,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Reservation' });
export type Reservation = z.output<typeof Reservation>;

export const NewReservation = z
  .strictObject({
    lines: z.array(ReservationLine).min(1).max(500),
    expiresInSeconds: z.int().min(1).max(86_400).default(900),
  })
  .meta({ id: 'NewReservation' });
export type NewReservation = z.output<typeof NewReservation>;

/** So many at once, each by itself: one that cannot be does not keep the others. */
export const NewReservations = z
  .strictObject({
    reservations: z
      .array(z.strictObject({ id: Id, ...NewReservation.shape }))
      .min(1)
      .max(100),
  })
  .meta({ id: 'NewReservations' });

export const ReservationsToCommit = z
  .strictObject({
    reservations: z
      .array(
        z.strictObject({
          id: Id,
          /** In whose name the stock is taken; the caller's where it is left out. */
          who: text(254, 1).optional(),
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: 'ReservationsToCommit' });

/** What became of each, in the order in which they were named. */
export const ReservationOutcomes = z
  .object({
    outcomes: z.array(
      z.object({
        id: Id,
        /** Why it could not be, as it would have been answered for this one alone. */
        problem: Problem.optional(),
      }),
    ),
  })
  .meta({ id: 'ReservationOutcomes' });

const ById = z.object({ id: Id });

export const products = contract('inventory-service', {
  list: {
    method: 'get',
    path: '/products',
    summary: 'Search, sort and page through the products',
    request: {
      query: listQuery(['name', 'sku', 'unitPrice', 'onHand', 'available', 'createdAt']).extend({
        archived: flag(false),
        /** Only what is at or below its threshold. */
        lowStock: flag(false),
        /** Only these, archived or not. */
        ids: idList(),
      }),
    },
    responses: { 200: json(pageOf(Product).meta({ id: 'ProductPage' })) },
  },
  create: {
    method: 'post',
    path: '/products',
    summary: 'Add a product; 409 when another has its SKU',
    request: { body: json(NewProduct), idempotencyKey: true },
    responses: { 201: created(Product, '/products/{id}'), 409: problem },
  },
  get: {
    method: 'get',
    path: '/products/{id}',
    summary: 'Read one product with its stock',
    request: { params: ById },
    responses: { 200: record(Product), 404: problem },
  },
  update: {
    method: 'put',
    path: '/products/{id}',
    summary: 'Replace what is known about a product',
    request: { params: ById, ifMatch: true, body: json(ProductInput) },
    responses: { 200: record(Product), 404: problem, 409: problem, 412: stale(Product) },
  },
  patch: {
    method: 'patch',
    path: '/products/{id}',
    summary: 'Change some fields of a product',
    request: { params: ById, ifMatch: true, body: json(ProductPatch) },
    responses: { 200: record(Product), 404: problem, 409: problem, 412: stale(Product) },
  },
  remove: {
    method: 'delete',
    path: '/products/{id}',
    summary: 'Delete a product; 409 with what refers to it, or while stock is reserved',
    request: { params: ById, ifMatch: true },
    responses: {
      204: empty,
      404: problem,
      409: problem,
      412: stale(Product),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  archive: {
    method: 'post',
    path: '/products/{id}/archive',
    summary: 'Put a product away, out of the lists',
    request: { params: ById, ifMatch: true },
    responses: { 200: record(Product), 404: problem, 412: stale(Product) },
  },
  restore: {
    method: 'post',
    path: '/products/{id}/restore',
    summary: 'Bring an archived product back',
    request: { params: ById, ifMatch: true },
    responses: { 200: record(Product), 404: problem, 412: stale(Product) },
  },
  history: {
    method: 'get',
    path: '/products/{id}/history',
    summary: 'What was changed of a product, newest first, also after it was deleted',
    request: { params: ById, query: AuditTrailQuery },
    responses: { 200: json(AuditTrail), 404: problem },
  },
  movements: {
    method: 'get',
    path: '/products/{id}/movements',
    summary: 'The stock ledger of a product, newest first, also after it was deleted',
    request: { params: ById, query: cursorQuery() },
    responses: { 200: json(cursorPageOf(Movement).meta({ id: 'Ledger' })), 404: problem },
  },
  move: {
    method: 'post',
    path: '/products/{id}/movements',
    summary: 'Receive, adjust or return stock; 409 when it would fall below what is reserved',
    request: { params: ById, body: json(NewMovement), idempotencyKey: true },
    responses: {
      201: created(Movement, '/products/{productId}/movements'),
      404: problem,
      409: problem,
    },
  },
  count: {
    method: 'post',
    path: '/products/{id}/counts',
    summary: 'Set the stock to what was counted; 409 when that is less than what is reserved',
    request: { params: ById, body: json(NewCount), idempotencyKey: true },
    responses: {
      201: created(Movement, '/products/{productId}/movements'),
      404: problem,
      409: problem,
    },
  },
  reserve: {
    method: 'put',
    path: '/reservations/{id}',
    summary: 'Put stock aside, all lines or none; repeating it changes nothing, 409 when short',
    request: { params: ById, body: json(NewReservation) },
    responses: { 200: record(Reservation), 404: problem, 409: problem },
  },
  reserveAll: {
    method: 'post',
    path: '/reservations',
    summary: 'Put stock aside for several at once, each as if it came alone, in their order',
    request: { body: json(NewReservations) },
    responses: { 200: json(ReservationOutcomes) },
    isRepeatable: true,
  },
  commitAll: {
    method: 'post',
    path: '/reservation-commits',
    summary: 'Take what was reserved off the shelf for several at once, each as if it came alone',
    request: { body: json(ReservationsToCommit) },
    responses: { 200: json(ReservationOutcomes) },
    isRepeatable: true,
  },
  reservation: {
    method: 'get',
    path: '/reservations/{id}',
    summary: 'Read one reservation',
    request: { params: ById },
    responses: { 200: record(Reservation), 404: problem },
  },
  commit: {
    method: 'post',
    path: '/reservations/{id}/commit',
    summary: 'Take what was reserved off the shelf; repeating it changes nothing',
    request: { params: ById },
    responses: { 200: record(Reservation), 404: problem, 409: problem },
  },
  release: {
    method: 'delete',
    path: '/reservations/{id}',
    summary: 'Give back what was reserved; repeating it changes nothing, 409 once committed',
    request: { params: ById },
    responses: { 204: empty, 404: problem, 409: problem },
  },
});
