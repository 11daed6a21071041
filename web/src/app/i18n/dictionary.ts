import { commonEn, commonFr } from './common.ts';
import { customersEn, customersFr } from './customers.ts';
import { dashboardEn, dashboardFr } from './dashboard.ts';
import { historyEn, historyFr } from './history.ts';
import { invoicesEn } from './invoices-en.ts';
import { invoicesFr } from './invoices-fr.ts';
import { problemsEn, problemsFr } from './problems.ts';
import { productsEn, productsFr } from './products.ts';
import { searchEn, searchFr } from './search.ts';
import { servicesEn, servicesFr } from './services.ts';
import { settingsEn, settingsFr } from './settings.ts';
import { vatEn, vatFr } from './vat.ts';

const fr = {
  ...commonFr,
  dashboard: dashboardFr,
  customers: customersFr,
  products: productsFr,
  invoices: invoicesFr,
  history: historyFr,
  search: searchFr,
  services: servicesFr,
  settings: settingsFr,
  vat: vatFr,
  problems: problemsFr,
};

/** Everything the app says; French is the original, so a missing word is a type error in English. */
export type Dictionary = typeof fr;

const en: Dictionary = {
  ...commonEn,
  dashboard: dashboardEn,
  customers: customersEn,
  products: productsEn,
  invoices: invoicesEn,
  history: historyEn,
  search: searchEn,
  services: servicesEn,
  settings: settingsEn,
  vat: vatEn,
  problems: problemsEn,
};

export const LANGUAGES = ['fr', 'en'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Record<LanguageCode, string> = { fr: 'Français', en: 'English' };
export const DICTIONARIES: Record<LanguageCode, Dictionary> = { fr, en };
