import { AxeBuilder } from '@axe-core/playwright';
import {
  type APIRequestContext,
  expect,
  type Locator,
  type Page,
  test as base,
} from '@playwright/test';
import type { Invoice } from 'billing/invoice-contract';
import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';

import { type Mode, startSystem, type System } from './system.ts';

export type WorkerFixtures = { mode: Mode; system: System };
type Fixtures = {
  /** Adds a customer of its own for this test, with a name that nobody else has. */
  newCustomer: (name?: string) => Promise<Customer>;
  newProduct: (fields?: Partial<Product> & { initialQuantity?: string }) => Promise<Product>;
  /** Issues an invoice of one product, 10.00 and 20 % VAT, for a customer. */
  newInvoice: (fields?: {
    customerId?: string;
    quantity?: string;
    currency?: string;
  }) => Promise<Invoice>;
  /** Fails unless axe finds nothing on the page as it is, in light and in dark. */
  expectAccessible: () => Promise<void>;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  mode: ['registry', { option: true, scope: 'worker' }],
  system: [
    async ({ mode, playwright }, use) => {
      const system = await startSystem(mode);
      // The demo raises its invoice by itself; from then on only the tests change anything.
      const request = await playwright.request.newContext({ baseURL: system.gateway });
      const issued = async () =>
        (await (await request.get('/api/invoices?status=open&size=1')).json()).total;
      await expect.poll(issued, { timeout: 120_000 }).toBe(1);
      await request.dispose();
      await use(system);
      await system.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  baseURL: async ({ system }, use) => use(system.gateway),
  newCustomer: async ({ request }, use) =>
    use((name = unique('Client')) => post<Customer>(request, '/api/customers', { name })),
  newProduct: async ({ request }, use) =>
    use((fields = {}) =>
      post<Product>(request, '/api/products', {
        sku: unique('SKU'),
        name: unique('Produit'),
        unitPrice: '10',
        initialQuantity: '5',
        ...fields,
      }),
    ),
  newInvoice: async ({ request, newCustomer, newProduct }, use) =>
    use(async ({ customerId, quantity = '1', currency = 'EUR' } = {}) => {
      const product = await newProduct({ currency });
      const draft = await post<Invoice>(request, '/api/invoices', {
        customerId: customerId ?? (await newCustomer()).id,
        currency,
        lines: [{ productId: product.id, quantity }],
      });
      const issued = await request.post(`/api/invoices/${draft.id}/finalize`, {
        headers: { 'if-match': `"${draft.version}"` },
      });
      expect(issued.status(), await issued.text()).toBe(200);
      return issued.json();
    }),
  expectAccessible: async ({ page }, use) => use(() => expectAccessible(page)),
});

export { expect } from '@playwright/test';

/** Opens a page and waits until what it shows has been loaded. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('app-skeleton, [aria-busy="true"]')).toHaveCount(0);
}

/**
 * Follows a link and waits until the page of that heading has taken the focus, which would else be
 * put there while something is typed.
 */
export async function follow(link: Locator, heading: string): Promise<void> {
  await link.click();
  await expect(
    link.page().getByRole('heading', { level: 1, name: heading, exact: true }),
  ).toBeFocused();
}

/** A name that no other test uses. */
export const unique = (word: string) => `${word} ${crypto.randomUUID().slice(0, 8)}`;

/** Does what the menu of a record's page offers. */
export async function chooseAction(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Autres actions' }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

/** Types into a picker and takes the option of that name. */
export async function choose(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(name);
  await page.getByRole('option', { name }).click();
}

/** Reads a record. */
export async function read<T>(request: APIRequestContext, path: string): Promise<T> {
  const response = await request.get(path);
  expect(response.status(), await response.text()).toBe(200);
  return response.json();
}

/** Sends a POST and gives the record that it made. */
export async function post<T>(request: APIRequestContext, path: string, data: object): Promise<T> {
  const response = await request.post(path, { data });
  expect(response.status(), await response.text()).toBe(201);
  return response.json();
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`,
    );
    expect(found, colorScheme).toEqual([]);
  }
}
