import type { Settings, SettingsInput } from 'billing/settings-contract';

import { fromScaled, toScaled } from '../ui/decimal.ts';

/** The settings as the form holds them. */
export type SettingsForm = Omit<SettingsInput, 'vatRatesBp' | 'recoveryFeeMinor'> & {
  /** Percentages, `20 ; 10 ; 5,5`. */
  vatRates: string;
  /** Euros, `"40"`. */
  recoveryFee: string;
};

export function inputOf(settings: Settings | undefined, separator: string): SettingsForm {
  const { version: _, updatedAt: __, vatRatesBp, recoveryFeeMinor, ...rest } = settings ?? EMPTY;
  const rates = vatRatesBp.map((rate) => fromScaled(rate, 2).replace('.', separator));
  const vatRates = rates.join(' ; ');
  return { ...rest, vatRates, recoveryFee: fromScaled(recoveryFeeMinor, 2) };
}

/** The settings as they are sent; the contract's schema says whether they are right. */
export function settingsOf({ vatRates, recoveryFee, ...rest }: SettingsForm): SettingsInput {
  return {
    ...rest,
    vatRatesBp: ratesOf(vatRates) ?? [],
    recoveryFeeMinor: toScaled(recoveryFee, 2) ?? 0,
  };
}

/** Basis points, highest first and each once; undefined where something is no percentage. */
export function ratesOf(typed: string): number[] | undefined {
  const parts = typed.split(/[;\s%]+/).filter(Boolean);
  const known = parts.flatMap((part) => {
    const rate = toScaled(part.replace(',', '.'), 2);
    return rate !== undefined && rate >= 0 && rate <= 10_000 ? [rate] : [];
  });
  if (known.length < parts.length || known.length === 0) return undefined;
  return [...new Set(known)].toSorted((a, b) => b - a);
}

const EMPTY: Settings = {
  seller: {
    name: '',
    legalForm: '',
    capital: '',
    siren: '',
    rcs: '',
    vatNumber: '',
    street: '',
    postalCode: '',
    city: '',
    country: 'FR',
    email: '',
    phone: '',
  },
  vatRatesBp: [],
  vatExemption: '',
  vatOnDebits: false,
  invoiceSeries: '',
  creditNoteSeries: '',
  dueDays: 30,
  dueEndOfMonth: false,
  latePenaltyBp: 0,
  recoveryFeeMinor: 0,
  earlyPayment: '',
  language: 'fr',
  timeZone: 'Europe/Paris',
  version: 0,
  updatedAt: '',
};
