import { CountryCode, DueDays, EmailOrNone, Siren, VatNumber } from 'customer/contract';
import { BasisPoints, Instant, text } from 'platform/fields';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

/** Who sells, as the invoice names it; frozen when the invoice is issued. */
export const Seller = z
  .object({
    name: z.string(),
    /** Such as SARL or SAS. */
    legalForm: z.string(),
    /** As it is printed: `10 000 €`. */
    capital: z.string(),
    siren: z.string(),
    /** The town of the register, as in `RCS Lyon`. */
    rcs: z.string(),
    vatNumber: z.string(),
    street: z.string(),
    postalCode: z.string(),
    city: z.string(),
    country: z.string(),
    email: z.string(),
    phone: z.string(),
  })
  .meta({ id: 'Seller' });
export type Seller = z.output<typeof Seller>;

const Series = z.string().regex(/^[A-Z]{1,5}$/, 'Must be one to five capital letters');

const SellerInput = z.strictObject({
  name: text(200).default(''),
  legalForm: text(50).default(''),
  capital: text(50).default(''),
  siren: Siren.default(''),
  rcs: text(100).default(''),
  vatNumber: VatNumber.default(''),
  street: text(200).default(''),
  postalCode: text(20).default(''),
  city: text(100).default(''),
  country: CountryCode.default('FR'),
  email: EmailOrNone.default(''),
  phone: text(40).default(''),
});

/** What the company says about itself and its invoices; issued ones keep what was said then. */
export const SettingsInput = z
  .strictObject({
    seller: SellerInput,
    /** The rates to choose from, highest first. */
    vatRatesBp: z.array(BasisPoints).min(1).max(20).default([2000, 1000, 550, 210, 0]),
    /**
     * Printed where a line is exempt or zero rated: `TVA non applicable, art. 293 B du CGI`. Once it is
     * there, a line that only says a rate of 0 is exempt.
     */
    vatExemption: text(200).default(''),
    /** Whether the company pays the VAT of services when it invoices them, not when it is paid. */
    vatOnDebits: z.boolean().default(false),
    invoiceSeries: Series.default('F'),
    creditNoteSeries: Series.default('A'),
    /** When invoices are due, unless the customer or the invoice has terms of its own. */
    dueDays: DueDays.default(30),
    /** Whether these days go on to the end of their month (Code de commerce L441-10). */
    dueEndOfMonth: z.boolean().default(false),
    /** Per year; 0 leaves the mention out. */
    latePenaltyBp: BasisPoints.default(1200),
    /** Between companies, 40 € by law; 0 leaves the mention out. */
    recoveryFeeMinor: z.int().min(0).max(1_000_000).default(4000),
    earlyPayment: text(200).default("Pas d'escompte pour paiement anticipé"),
    language: z.enum(['fr', 'en']).default('fr'),
    /** Where the company's days begin and end. */
    timeZone: z
      .string()
      .max(60)
      .regex(/^[A-Z][A-Za-z]+(\/[A-Z][A-Za-z0-9_+-]+){0,2}$/, 'Must be a zone such as Europe/Paris')
      .default('Europe/Paris'),
  })
  .meta({ id: 'SettingsInput' });
export type SettingsInput = z.output<typeof SettingsInput>;

/** Of the seller, too, what is left out stays as it is. */
export const SettingsPatch = patchOf(SettingsInput.extend({ seller: patchOf(SellerInput) })).meta({
  id: 'SettingsPatch',
});
export type SettingsPatch = z.output<typeof SettingsPatch>;

export const Settings = z
  .object({ ...SettingsInput.shape, seller: Seller, version: z.int(), updatedAt: Instant })
  .meta({ id: 'Settings' });
export type Settings = z.output<typeof Settings>;
