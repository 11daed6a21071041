import { commonEn, commonFr } from './common.ts';
import { customersEn, customersFr } from './customers.ts';
import { historyEn, historyFr } from './history.ts';
import { invoicesEn } from './invoices-en.ts';
import { invoicesFr } from './invoices-fr.ts';
import { problemsEn, problemsFr } from './problems.ts';
import { productsEn, productsFr } from './products.ts';
import { servicesEn, servicesFr } from './services.ts';

const fr = {
  ...commonFr,
  customers: customersFr,
  products: productsFr,
  invoices: invoicesFr,
  history: historyFr,
  services: servicesFr,
  problems: problemsFr,
};

/** Everything the app says; French is the original, so a missing word is a type error in English. */
export type Dictionary = typeof fr;

const en: Dictionary = {
  ...commonEn,
  customers: customersEn,
  products: productsEn,
  invoices: invoicesEn,
  history: historyEn,
  services: servicesEn,
  problems: problemsEn,
};

export const LANGUAGES = ['fr', 'en'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Record<LanguageCode, string> = { fr: 'Français', en: 'English' };
export const DICTIONARIES: Record<LanguageCode, Dictionary> = { fr, en };
