import { json, type Operations, textOf } from 'platform/contract';
import { CurrencyCode } from 'platform/fields';
import * as z from 'zod';

import {
  CustomerFigures,
  FIGURE_TABLES,
  Figures,
  FirstOfMonth,
  LastOfMonth,
} from './figures-contract.ts';
import { ById } from './invoice-parameters.ts';

const figuresQuery = z.object({
  currency: CurrencyCode.default('EUR'),
  /** The first day of a month: sums are kept by month. */
  from: FirstOfMonth.optional(),
  /** The last day of a month. */
  to: LastOfMonth.optional(),
});

/** What it all comes to. */
export const figureOperations = {
  customerFigures: {
    method: 'get',
    path: '/figures/customers/{id}',
    summary: 'What a customer was invoiced, has paid and owes; nothing for one who never was',
    request: { params: ById },
    responses: { 200: json(CustomerFigures) },
  },
  figures: {
    method: 'get',
    path: '/figures',
    summary: 'Sums for the dashboard: by month, VAT group, customer and product, and what is due',
    request: {
      query: figuresQuery,
    },
    responses: { 200: json(Figures) },
  },
  figureTable: {
    method: 'get',
    path: '/figures/{table}',
    summary: 'One of these tables as CSV for a spreadsheet, with all customers or products',
    request: {
      params: z.object({ table: z.enum(FIGURE_TABLES) }),
      query: figuresQuery.extend({ notation: z.enum(['french', 'english']).default('french') }),
    },
    responses: { 200: textOf('text/csv', { filename: 'figures-{table}.csv' }) },
  },
} as const satisfies Operations;
