import type { VatCategory } from 'inventory/vat-category';
import { invalid } from 'platform/problem';

import type { Invoice, Totals } from './invoice-contract.ts';
import type { Settings, SettingsInput, SettingsPatch } from './settings-contract.ts';

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

/** The category of what bears no VAT, where nothing else says it: exempt if the settings say why. */
export const untaxedBy = ({ vatExemption }: Settings): VatCategory =>
  vatExemption === '' ? 'Z' : 'E';

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

/** The same for a credit note, on which nothing is due. */
export function creditMentionsOf(settings: Settings, totals: Invoice['totals']): string[] {
  return vatMentions(settings, totals);
}

/** By the rates and not the amounts: the VAT of a few cents is nothing, and yet they bear it. */
function vatMentions(
  { vatExemption, vatOnDebits, language }: Settings,
  { vat }: Pick<Totals, 'vat'>,
): string[] {
  const isExempt = vat.some(({ vatRateBp }) => vatRateBp === 0);
  const isTaxed = vat.some(({ vatRateBp }) => vatRateBp > 0);
  return [
    ...(isExempt && vatExemption !== '' ? [vatExemption] : []),
    ...(isTaxed && vatOnDebits ? [WORDS[language].vatOnDebits] : []),
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
    vatOnDebits: 'Option pour le paiement de la taxe d’après les débits',
    latePenalty: (rate: number) => `Pénalités de retard : ${percent('fr', rate)} par an`,
    recoveryFee: (fee: number) =>
      `Indemnité forfaitaire pour frais de recouvrement en cas de retard : ${euros('fr', fee)}`,
  },
  en: {
    operation: (kind: Operation) => `Nature of the operation: ${OPERATIONS.en[kind]}`,
    vatOnDebits: 'VAT is paid on debits, by option',
    latePenalty: (rate: number) => `Late payment penalty: ${percent('en', rate)} a year`,
    recoveryFee: (fee: number) =>
      `Fixed compensation for recovery costs in case of late payment: ${euros('en', fee)}`,
  },
} as const;
