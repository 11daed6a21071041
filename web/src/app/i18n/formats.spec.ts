import { TestBed } from '@angular/core/testing';

import { Formats } from './formats.ts';
import { Language } from './language.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

function formats(code: 'fr' | 'en') {
  TestBed.inject(Language).choose(code);
  return TestBed.inject(Formats);
}

describe('Formats', () => {
  it('writes amounts as each language does', () => {
    expect(plain(formats('fr').money(123_456, 'EUR'))).toBe('1 234,56 €');
    expect(plain(formats('en').money(123_456, 'EUR'))).toBe('€1,234.56');
    expect(plain(formats('fr').money(500, 'JPY'))).toMatch(/^500/);
    // As the services count, also where the browser knows of no decimals but two.
    expect(plain(formats('fr').money(1_234_567, 'UYW'))).toMatch(/^123,4567/);
  });

  it('writes the largest sums to the cent, and what is taken off with a minus', () => {
    expect(plain(formats('fr').money(Number.MAX_SAFE_INTEGER, 'EUR'))).toBe(
      '90 071 992 547 409,91 €',
    );
    expect(plain(formats('fr').price('123456789012.123456', 'EUR'))).toBe(
      '123 456 789 012,123456 €',
    );
    expect(plain(formats('fr').money(-123, 'EUR'))).toBe('−1,23 €');
    expect(plain(formats('fr').signed('-4000'))).toBe('−4 000');
  });

  it('keeps the decimals of a unit price and shows two at least', () => {
    expect(plain(formats('fr').price('4.123456', 'EUR'))).toBe('4,123456 €');
    expect(plain(formats('fr').price('12.5', 'EUR'))).toBe('12,50 €');
  });

  it('writes basis points as a percentage', () => {
    expect(plain(formats('fr').percent(550))).toBe('5,5 %');
  });

  it('shows a calendar day as that day, wherever one is', () => {
    expect(formats('fr').day('2026-11-02')).toBe('2 nov. 2026');
    expect(formats('fr').day(null)).toBe('');
  });
});
