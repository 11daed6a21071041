import { TestBed } from '@angular/core/testing';
import type { InvoiceSummary } from 'billing/invoice-contract';

import { Language } from '../i18n/language.ts';
import { InvoiceAmount } from './invoice-amount.ts';

const ISSUED: InvoiceSummary = {
  id: '01936f00-0000-7000-8000-000000000001',
  status: 'open',
  number: 'F2026-00001',
  customerId: '01936f00-0000-7000-8000-000000000002',
  customerName: 'Durand',
  currency: 'EUR',
  issueDate: '2026-11-22',
  dueDate: '2026-12-22',
  grossMinor: 12_000,
  creditedMinor: 0,
  balanceMinor: 12_000,
  version: 2,
  createdAt: '2026-11-22T10:00:00Z',
};

function shown(invoice: InvoiceSummary): HTMLElement {
  TestBed.inject(Language).choose('fr');
  const fixture = TestBed.createComponent(InvoiceAmount);
  fixture.componentRef.setInput('invoice', invoice);
  fixture.detectChanges();
  return fixture.nativeElement;
}

const text = (element: Element | null) => element?.textContent.replaceAll(/\s/g, ' ').trim();

describe('InvoiceAmount', () => {
  it('shows what an invoice came to', () => {
    const amount = shown(ISSUED);
    expect(text(amount)).toBe('120,00 €');
    expect(amount.querySelector('s')).toBeNull();
  });

  it('strikes out a void one, which counts nothing', () => {
    expect(text(shown({ ...ISSUED, status: 'void' }).querySelector('s'))).toBe('120,00 €');
  });

  it('says how much of it was credited', () => {
    const amount = shown({ ...ISSUED, creditedMinor: 2000 });
    expect(text(amount)).toBe('120,00 € avoir de 20,00 €');
  });
});
