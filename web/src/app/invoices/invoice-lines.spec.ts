import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { form } from '@angular/forms/signals';
import { SettingsInput } from 'billing/settings-contract';

import { Language } from '../i18n/language.ts';
import { provideIcons } from '../ui/icons.ts';
import { draftSchema } from './draft-schema.ts';
import { copyOf, draftOf, emptyLine } from './draft.ts';
import { InvoiceLines } from './invoice-lines.ts';

const PRODUCT = '01936f00-0000-7000-8000-000000000046';
const LAMP = {
  id: PRODUCT,
  sku: 'LAM-20',
  name: 'Lampe',
  unit: 'pièce',
  unitPrice: '24.5',
  currency: 'EUR',
  vatRateBp: 2000,
  vatCategory: 'S',
  trackStock: true,
  lowStockThreshold: '0',
  onHand: '6',
  reserved: '2',
  available: '4',
  version: 1,
  createdAt: '2026-11-22T10:00:00Z',
  updatedAt: '2026-11-22T10:00:00Z',
};

const SETTINGS = {
  ...SettingsInput.parse({ seller: { name: 'Atelier' }, vatRatesBp: [1000, 550] }),
  version: 1,
  updatedAt: '2026-11-22T10:00:00Z',
};

@Component({
  imports: [InvoiceLines],
  template: '<app-invoice-lines [form]="form" />',
})
class Host {
  readonly model = signal({
    ...draftOf(undefined),
    lines: [{ ...emptyLine(), productId: PRODUCT, description: 'Lampe', unitPrice: '24.5' }],
  });
  readonly form = form(this.model, draftSchema);
}

async function setUp() {
  TestBed.configureTestingModule({ providers: [provideHttpClientTesting(), provideIcons()] });
  TestBed.inject(Language).choose('fr');
  const fixture = TestBed.createComponent(Host);
  document.body.append(fixture.nativeElement);
  fixture.detectChanges();
  const http = TestBed.inject(HttpTestingController);
  http.expectOne(`/api/products/${PRODUCT}`).flush(LAMP);
  http.expectOne('/api/settings').flush(SETTINGS);
  await fixture.whenStable();
  const root: HTMLElement = fixture.nativeElement;
  const named = <T extends HTMLElement>(name: string) =>
    root.querySelector<T>(`[aria-label="${name}"]`)!;
  /** A blank line that gets the focus asks for the first products. */
  const answerSearches = () => {
    const searches = http.match((request) => request.url === '/api/products');
    const page = { items: [LAMP], page: 0, size: 10, total: 1, totalIsExact: true };
    for (const search of searches) search.flush(page);
  };
  return {
    lines: () => fixture.componentInstance.model().lines,
    text: () => (root.textContent ?? '').replace(/[\u00a0\u202f\s]+/g, ' '),
    named,
    settled: () => fixture.whenStable(),
    press: async (name: string, key: KeyboardEventInit) => {
      const event = new KeyboardEvent('keydown', { ...key, cancelable: true, bubbles: true });
      named(name).dispatchEvent(event);
      fixture.detectChanges();
      answerSearches();
      await fixture.whenStable();
      return event;
    },
    type: async (name: string, text: string) => {
      named<HTMLInputElement>(name).value = text;
      named(name).dispatchEvent(new Event('input'));
      await fixture.whenStable();
    },
    choose: async (name: string, value: string) => {
      named<HTMLSelectElement>(name).value = value;
      for (const event of ['input', 'change']) named(name).dispatchEvent(new Event(event));
      await fixture.whenStable();
    },
    click: async (name: string) => {
      named(name).click();
      fixture.detectChanges();
      answerSearches();
      await fixture.whenStable();
    },
  };
}

describe('InvoiceLines', () => {
  it('computes the totals while one types', async () => {
    const { type, text } = await setUp();
    await type('Quantité, ligne 1', '2');
    expect(text()).toMatch(/Total TTC ?58,80 €/);
    await type('Remise (%), ligne 1', '10');
    expect(text()).toMatch(/Total HT ?44,10 €/);
  });

  it('shows what is available, and warns when the lines ask for more together', async () => {
    const { type, click, text } = await setUp();
    await vi.waitFor(() => expect(text()).toContain('Disponible : 4'));
    await type('Quantité, ligne 1', '3');
    await click('Dupliquer la ligne 1');
    expect(text()).toContain('Disponible : 4 seulement');
  });

  it('adds a line on Tab out of the last field and goes there', async () => {
    const { lines, named, press } = await setUp();
    const event = await press('TVA, ligne 1', { key: 'Tab' });
    expect(event.defaultPrevented).toBe(true);
    expect(lines()).toHaveLength(2);
    expect(document.activeElement).toBe(named('Produit, ligne 2'));
  });

  it('lets Tab leave when the last line is still blank, and Shift+Tab always', async () => {
    const { lines, press } = await setUp();
    await press('TVA, ligne 1', { key: 'Tab' });
    const event = await press('TVA, ligne 2', { key: 'Tab' });
    expect(event.defaultPrevented).toBe(false);
    await press('TVA, ligne 2', { key: 'Tab', shiftKey: true });
    expect(lines()).toHaveLength(2);
  });

  it('offers the VAT rates of the settings, and keeps the one that a line has', async () => {
    const { lines, named, choose, text } = await setUp();
    const select = named<HTMLSelectElement>('TVA, ligne 1');
    expect(Array.from(select.options, ({ text }) => text.replace(/\s/g, ' '))).toEqual([
      '20 %',
      '10 %',
      '5,5 %',
      '0 %',
      'Exonéré',
      'Autoliquidation',
      'Livraison intracommunautaire',
      'Exportation',
      'Hors champ',
    ]);
    expect(select.value).toBe('S 2000');
    await choose('TVA, ligne 1', 'S 550');
    expect(lines()[0]?.vat).toBe('S 550');
    expect(text()).toMatch(/Total TTC ?25,85 €/);
  });

  it('groups by why there is no VAT, as the service does', async () => {
    const { choose, click, text } = await setUp();
    await click('Dupliquer la ligne 1');
    await choose('TVA, ligne 1', 'AE 0');
    await choose('TVA, ligne 2', 'E 0');
    expect(text()).toMatch(
      /Exonéré ?sur 24,50 € ?0,00 € ?Autoliquidation ?sur 24,50 € ?0,00 € ?Total TTC ?49,00 €/,
    );
  });

  it('sets the VAT of all lines at once, and says whether they bear the same', async () => {
    const { lines, named, choose, click, settled } = await setUp();
    await click('Dupliquer la ligne 1');
    const all = document.querySelector<HTMLSelectElement>('#vat-of-all-lines')!;
    expect(all.value).toBe('S 2000');
    await choose('TVA, ligne 2', 'S 550');
    expect(all.selectedOptions[0]?.text).toBe('Selon la ligne');
    all.value = 'AE 0';
    for (const event of ['input', 'change']) all.dispatchEvent(new Event(event));
    await settled();
    expect(lines().map(({ vat }) => vat)).toEqual(['AE 0', 'AE 0']);
    expect(named<HTMLSelectElement>('TVA, ligne 2').value).toBe('AE 0');
    expect(all.value).toBe('AE 0');
  });

  it('duplicates a line below itself and removes one', async () => {
    const { lines, click, type } = await setUp();
    await type('Quantité, ligne 1', '5');
    await click('Dupliquer la ligne 1');
    expect(lines().map(({ quantity }) => quantity)).toEqual(['5', '5']);
    await click('Supprimer la ligne 1');
    await click('Supprimer la ligne 1');
    expect(lines().map(copyOf)).toEqual([emptyLine()]);
  });

  it('says at the field when a quantity is zero', async () => {
    const { named, type, text } = await setUp();
    await type('Quantité, ligne 1', '0');
    named('Quantité, ligne 1').dispatchEvent(new Event('blur'));
    await vi.waitFor(() => expect(text()).toContain('Un nombre plus grand que zéro'));
  });
});
