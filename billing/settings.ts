import { invalid } from 'platform/problem';

import type { Invoice } from './invoice-contract.ts';
import type { Settings, SettingsInput, SettingsPatch } from './settings-contract.ts';
import { vatMentions } from './vat-mentions.ts';

/** Throws 422 when invoices and credit notes would share their numbers. */
export function assertSeries({ invoiceSeries, creditNoteSeries }: SettingsInput): void {
  if (invoiceSeries !== creditNoteSeries) return;
  const detail = 'Must differ from the series of the invoices';
  invalid([{ pointer: '/creditNoteSeries', code: 'same_series', detail }]);
}

/** The settings with what a patch names. */
export function patchedSettings(current: Settings, patch: SettingsPatch): SettingsInput {
  const { version: _version, updatedAt: _updatedAt, ...settings } = current;
  return { ...settings, ...patch, seller: { ...current.seller, ...patch.seller } };
}

/**
 * What the law wants printed on an invoice (Code de commerce L441-9, D441-5; CGI art. 242 nonies A
 * of annex II, as of décret 2022-1299), in the language of the settings.
 */
export function mentionsOf(
  settings: Settings,
  { totals, operation }: Pick<Invoice, 'totals' | 'operation'>,
): string[] {
  const { latePenaltyBp, recoveryFeeMinor, earlyPayment, language } = settings;
  const words = WORDS[language];
  return [
    ...(operation === null ? [] : [words.operation(operation)]),
    ...vatMentions(settings, totals),
    ...(latePenaltyBp > 0 ? [words.latePenalty(latePenaltyBp / 100)] : []),
    ...(recoveryFeeMinor > 0 ? [words.recoveryFee(recoveryFeeMinor / 100)] : []),
    ...(earlyPayment === '' ? [] : [earlyPayment]),
  ];
}

/**
 * The same for a credit note, on which nothing is due. The settings may say otherwise since why no VAT
 * was charged, or nothing: the credit note of an exempt invoice then leads there for the reason.
 */
export function creditMentionsOf(
  settings: Settings,
  totals: Invoice['totals'],
  { number, mentions }: Pick<Invoice, 'number' | 'mentions'>,
): string[] {
  if (mentions.includes(settings.vatExemption)) return vatMentions(settings, totals);
  const isExempt = totals.vat.some(({ vatCategory }) => vatCategory === 'E');
  return [
    ...(isExempt ? [WORDS[settings.language].asInvoiced(number ?? '')] : []),
    ...vatMentions({ ...settings, vatExemption: '' }, totals),
  ];
}

/** Kept: to make one takes longer than to issue an invoice with it. */
const FORMATS = {
  fr: formatsOf('fr'),
  en: formatsOf('en'),
};

function formatsOf(language: 'fr' | 'en') {
  const style = { maximumFractionDigits: 2 };
  return {
    percent: new Intl.NumberFormat(language, { ...style, style: 'percent' }),
    euros: new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }),
  };
}

const percent = (language: 'fr' | 'en', value: number) =>
  FORMATS[language].percent.format(value / 100);
const euros = (language: 'fr' | 'en', value: number) => FORMATS[language].euros.format(value);

type Operation = NonNullable<Invoice['operation']>;

const OPERATIONS = {
  fr: {
    goods: 'livraison de biens',
    services: 'prestation de services',
    both: 'livraison de biens et prestation de services',
  },
  en: {
    goods: 'supply of goods',
    services: 'supply of services',
    both: 'supply of goods and services',
  },
} as const satisfies Record<string, Record<Operation, string>>;

const WORDS = {
  fr: {
    operation: (kind: Operation) => `Nature de l’opération : ${OPERATIONS.fr[kind]}`,
    asInvoiced: (number: string) =>
      `Exonération de TVA : pour le motif que dit la facture ${number}`,
    latePenalty: (rate: number) => `Pénalités de retard : ${percent('fr', rate)} par an`,
    recoveryFee: (fee: number) =>
      `Indemnité forfaitaire pour frais de recouvrement en cas de retard : ${euros('fr', fee)}`,
  },
  en: {
    operation: (kind: Operation) => `Nature of the operation: ${OPERATIONS.en[kind]}`,
    asInvoiced: (number: string) => `Exempt from VAT for the reason that invoice ${number} gives`,
    latePenalty: (rate: number) => `Late payment penalty: ${percent('en', rate)} a year`,
    recoveryFee: (fee: number) =>
      `Fixed compensation for recovery costs in case of late payment: ${euros('en', fee)}`,
  },
} as const;
