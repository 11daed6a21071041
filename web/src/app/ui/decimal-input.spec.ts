import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { form, FormField } from '@angular/forms/signals';

import { Language } from '../i18n/language.ts';
import { DecimalInput } from './decimal-input.ts';
import { PercentInput } from './percent-input.ts';

@Component({
  imports: [DecimalInput, FormField, PercentInput],
  template: `
    <input [appDecimal]="2" [formField]="form.price" />
    <input appPercent [formField]="form.rate" />
  `,
})
class Host {
  readonly model = signal({ price: '12.5', rate: 2000 });
  readonly form = form(this.model);
}

async function setUp() {
  TestBed.inject(Language).choose('fr');
  const fixture = TestBed.createComponent(Host);
  await fixture.whenStable();
  const root: HTMLElement = fixture.nativeElement;
  const [price, rate] = root.querySelectorAll('input');
  const type = async (input: HTMLInputElement, text: string) => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
    input.dispatchEvent(new Event('blur'));
    await fixture.whenStable();
  };
  return { host: fixture.componentInstance, price: price!, rate: rate!, type };
}

describe('DecimalInput', () => {
  it('shows a decimal as French writes it', async () => {
    const { price, rate } = await setUp();
    expect(price.value).toBe('12,50');
    expect(rate.value).toBe('20');
  });

  it('takes a comma and gives the API a point', async () => {
    const { host, price, type } = await setUp();
    await type(price, '1 234,5');
    expect(host.model().price).toBe('1234.5');
    expect(price.value).toBe('1234,50');
  });

  it('keeps what is no number in sight and says so', async () => {
    const { host, price, type } = await setUp();
    await type(price, 'douze');
    expect(price.value).toBe('douze');
    expect(host.form.price().errors()[0]?.kind).toBe('notANumber');
    expect(host.model().price).toBe('12.5');
    await type(price, '');
    expect(host.form.price().errors()[0]?.kind).toBe('required');
  });
});

describe('PercentInput', () => {
  it('turns a percentage into basis points', async () => {
    const { host, rate, type } = await setUp();
    await type(rate, '5,5');
    expect(host.model().rate).toBe(550);
  });

  it('refuses more than 100 %', async () => {
    const { host, rate, type } = await setUp();
    await type(rate, '120');
    expect(host.form.rate().errors()[0]?.kind).toBe('outOfRange');
    expect(host.model().rate).toBe(2000);
  });
});
