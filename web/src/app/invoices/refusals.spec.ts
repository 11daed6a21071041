import { DICTIONARIES } from '../i18n/dictionary.ts';
import { refusalsOf } from './refusals.ts';

const line = (description: string) => ({
  productId: 'p',
  sku: 's',
  description,
  unit: '',
  quantity: '1',
  unitPrice: '1',
  discountBp: 0,
  vatRateBp: 0,
  vatCategory: 'E' as const,
  netMinor: 0,
});
const draft = { customerId: 'c1', lines: [line('Lampe'), line('Pose'), line('Ampoule')] };
const error = (pointer: string, code: string) => ({ pointer, code, detail: 'As the server says' });
const refusals = (...errors: ReturnType<typeof error>[]) =>
  refusalsOf(errors, draft, DICTIONARIES.fr);

describe('refusalsOf()', () => {
  it('says whose VAT number is missing, and where it is entered', () => {
    const numbers = ['/buyer/vatNumber', '/seller/vatNumber'];
    expect(refusals(...numbers.map((at) => error(at, 'vat_number_missing')))).toEqual([
      {
        text: 'Le numéro de TVA du client manque',
        lines: [],
        mend: { url: '/customers/c1/edit', label: 'Compléter le client' },
      },
      {
        text: 'Le numéro de TVA de votre entreprise manque',
        lines: [],
        mend: { url: '/settings', label: 'Compléter les réglages' },
      },
    ]);
  });

  it('says a reason once, with all its lines', () => {
    expect(
      refusals(
        error('/lines/0/vatCategory', 'exemption_missing'),
        error('/lines/2/vatCategory', 'exemption_missing'),
      ),
    ).toMatchObject([
      { lines: ['Lampe, ligne 1', 'Ampoule, ligne 3'], mend: { url: '/settings' } },
    ]);
  });

  it('takes the words of the server where it knows none, and leads nowhere', () => {
    expect(refusals(error('/lines/1/quantity', 'novel'))).toEqual([
      { text: 'As the server says', lines: ['Pose, ligne 2'], mend: undefined },
    ]);
  });
});
