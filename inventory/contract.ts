import { AuditTrail, AuditTrailQuery } from 'platform/audit';
import {
  contract,
  created,
  empty,
  json,
  problem,
  record,
  stale,
  upstreamProblems,
} from 'platform/contract';
import { Id } from 'platform/fields';
import { cursorPageOf, cursorQuery, flag, idList, listQuery, pageOf } from 'platform/paging';
import * as z from 'zod';

import { Movement, NewCount, NewMovement } from './movement-contract.ts';
import { NewProduct, Product, ProductInput, ProductPatch, UnitPrice } from './product-contract.ts';
import {
  NewReservation,
  NewReservations,
  Reservation,
  ReservationOutcomes,
  ReservationsToCommit,
} from './reservation-contract.ts';

// What others fill in and show, by the name of the contract.
export { Movement, NewCount, NewMovement, NewProduct, Product, ProductInput, UnitPrice };

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
      ...upstreamProblems,
    },
  },
  archive: {
    method: 'post',
    path: '/products/{id}/archive',
    summary: 'Put a product away, out of the lists',
    request: { params: ById, ifMatch: true, idempotencyKey: true },
    responses: { 200: record(Product), 404: problem, 412: stale(Product) },
  },
  restore: {
    method: 'post',
    path: '/products/{id}/restore',
    summary: 'Bring an archived product back',
    request: { params: ById, ifMatch: true, idempotencyKey: true },
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
