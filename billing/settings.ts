import { invalid } from 'platform/problem';

import type { Invoice } from './invoice-contract.ts';
import type { Settings, SettingsInput } from './settings-contract.ts';

/** Throws 422 when invoices and credit notes would share their numbers. */
export function assertSeries({ invoiceSeries, creditNoteSeries }: SettingsInput): void {
  if (invoiceSeries !== creditNoteSeries) return;
  const detail = 'Must differ from the series of the invoices';
  invalid([{ pointer: '/creditNoteSeries', code: 'same_series', detail }]);
}

/**
 * What the law wants printed on an invoice (Code de commerce L441-9, D441-5; CGI art. 242 nonies A
 * of annex II), in the language of the settings.
 */
export function mentionsOf(settings: Settings, { totals }: Pick<Invoice, 'totals'>): string[] {
  const { vatExemption, latePenaltyBp, recoveryFeeMinor, earlyPayment, language } = settings;
  const words = WORDS[language];
  return [
    ...(totals.vatMinor === 0 && vatExemption !== '' ? [vatExemption] : []),
    ...(latePenaltyBp > 0 ? [words.latePenalty(latePenaltyBp / 100)] : []),
    ...(recoveryFeeMinor > 0 ? [words.recoveryFee(recoveryFeeMinor / 100)] : []),
    ...(earlyPayment === '' ? [] : [earlyPayment]),
  ];
}

/** The same for a credit note, on which nothing is due. */
export function creditMentionsOf(settings: Settings, totals: Invoice['totals']): string[] {
  const { vatExemption } = settings;
  return totals.vatMinor === 0 && vatExemption !== '' ? [vatExemption] : [];
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

const WORDS = {
  fr: {
    latePenalty: (rate: number) => `Pénalités de retard : ${percent('fr', rate)} par an`,
    recoveryFee: (fee: number) =>
      `Indemnité forfaitaire pour frais de recouvrement en cas de retard : ${euros('fr', fee)}`,
  },
  en: {
    latePenalty: (rate: number) => `Late payment penalty: ${percent('en', rate)} a year`,
    recoveryFee: (fee: number) =>
      `Fixed compensation for recovery costs in case of late payment: ${euros('en', fee)}`,
  },
} as const;
