import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MatButtonHarness } from '@angular/material/button/testing';
import { MatFormFieldHarness } from '@angular/material/form-field/testing';
import { MatInputHarness } from '@angular/material/input/testing';
import { provideRouter } from '@angular/router';

import { Language } from '../i18n/language.ts';
import { provideIcons } from '../ui/icons.ts';
import { CustomerForm } from './customer-form.ts';

const ID = '01936f00-0000-7000-8000-000000000001';
const CUSTOMER = {
  id: ID,
  name: 'Atelier Durand',
  email: '',
  phone: '',
  street: '',
  postalCode: '',
  city: 'Lyon',
  country: 'FR',
  siren: '',
  vatNumber: '',
  currency: 'EUR',
  dueDays: null,
  dueEndOfMonth: false,
  version: 3,
  createdAt: '2026-11-22T10:00:00Z',
  updatedAt: '2026-11-22T10:00:00Z',
};

async function setUp(id?: string) {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([{ path: '**', children: [] }]),
      provideHttpClientTesting(),
      provideIcons(),
    ],
  });
  TestBed.inject(Language).choose('fr');
  const fixture = TestBed.createComponent(CustomerForm);
  if (id !== undefined) fixture.componentRef.setInput('id', id);
  const loader = TestbedHarnessEnvironment.loader(fixture);
  const http = TestBed.inject(HttpTestingController);
  const field = (label: string) =>
    loader.getHarness(MatFormFieldHarness.with({ floatingLabelText: label }));
  const press = async (text: string) =>
    (await loader.getHarness(MatButtonHarness.with({ text }))).click();
  return {
    fixture,
    http,
    field,
    fill: async (label: string, value: string) =>
      (await (await field(label)).getControl(MatInputHarness))?.setValue(value),
    press,
    save: () => press('Enregistrer'),
    text: (): string => fixture.nativeElement.textContent,
  };
}

describe('CustomerForm', () => {
  it('asks for the name and sends nothing without it', async () => {
    const { http, field, save } = await setUp();
    await save();
    expect(await (await field('Nom')).getTextErrors()).toEqual(['Champ obligatoire']);
    http.expectNone('/api/customers');
  });

  it('says what a SIREN is by the contract’s own schema', async () => {
    const { field, fill, save } = await setUp();
    await fill('Nom', 'Durand');
    await fill('SIREN', '552 100 555');
    await save();
    expect(await (await field('SIREN')).getTextErrors()).toEqual([
      'Un SIREN compte neuf chiffres, dont le dernier vérifie les autres',
    ]);
  });

  it('creates under the same key however often it is sent', async () => {
    const { http, fill, save, text } = await setUp();
    await fill('Nom', '  Durand ');
    await save();
    const first = http.expectOne({ method: 'POST', url: '/api/customers' });
    expect(first.request.body).toMatchObject({ name: 'Durand', country: 'FR' });
    first.flush(null, { status: 0, statusText: '' });
    await vi.waitFor(() => expect(text()).toContain('Le serveur ne répond pas'));
    await save();
    const second = http.expectOne({ method: 'POST', url: '/api/customers' });
    const key = second.request.headers.get('Idempotency-Key');
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(key).toBe(first.request.headers.get('Idempotency-Key'));
  });

  it('shows what the server refuses at its field', async () => {
    const { http, field, fill, save } = await setUp();
    await fill('Nom', 'Durand');
    await save();
    const errors = [{ pointer: '/email', code: 'invalid_format', detail: 'Bad' }];
    http
      .expectOne('/api/customers')
      .flush(
        { type: '/problems/invalid-request', title: 'x', status: 422, errors },
        { status: 422, statusText: '' },
      );
    await vi.waitFor(async () =>
      expect(await (await field('E-mail')).getTextErrors()).toEqual(['Format incorrect']),
    );
  });

  it('says what somebody else changed meanwhile, and puts mine on top of it', async () => {
    const { fixture, http, field, fill, press, save, text } = await setUp(ID);
    fixture.detectChanges();
    http.expectOne(`/api/customers/${ID}`).flush(CUSTOMER);
    await fixture.whenStable();
    await fill('Ville', 'Paris');
    await save();
    const put = http.expectOne({ method: 'PUT', url: `/api/customers/${ID}` });
    expect(put.request.headers.get('If-Match')).toBe('"3"');
    const current = { ...CUSTOMER, phone: '01 23', version: 4 };
    put.flush(
      { type: '/problems/precondition-failed', title: 'x', status: 412, current },
      { status: 412, statusText: '' },
    );
    await vi.waitFor(() => expect(text()).toContain('Quelqu’un d’autre a modifié'));
    expect(text()).toContain('01 23');
    expect(fixture.componentInstance.hasUnsaved()).toBe(true);

    await press('Garder mes modifications');
    expect(await (await (await field('Ville')).getControl(MatInputHarness))?.getValue()).toBe(
      'Paris',
    );
    await save();
    const again = http.expectOne({ method: 'PUT', url: `/api/customers/${ID}` });
    expect(again.request.headers.get('If-Match')).toBe('"4"');
    expect(again.request.body).toMatchObject({ city: 'Paris', phone: '01 23' });
  });
});
