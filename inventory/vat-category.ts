import * as z from 'zod';

/**
 * Why something bears the VAT that it does: the codes of UNCL5305 that EN 16931 uses. Standard, zero
 * rated, exempt, reverse charge, intra-community supply, export outside the EU, outside the scope.
 */
export const VAT_CATEGORIES = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const;

export const VatCategory = z.enum(VAT_CATEGORIES).meta({ id: 'VatCategory' });
export type VatCategory = z.output<typeof VatCategory>;

/** Whether a rate goes with a category: above 0 with `S`, 0 with all others (BR-S-05, BR-Z-05 …). */
export const fitsRate = (category: VatCategory, rateBp: number): boolean =>
  (category === 'S') === rateBp > 0;

/** The category where nothing but the rate is known. */
export const categoryOfRate = (rateBp: number): VatCategory => (rateBp > 0 ? 'S' : 'Z');

/** What a person is told about a category that its rate does not fit, as an entry of a 422. */
export const misfit = (pointer: string, category: VatCategory) => ({
  pointer,
  code: 'unfit_category',
  detail:
    category === 'S'
      ? "Category 'S' needs a VAT rate above 0"
      : `Category '${category}' bears no VAT: its rate must be 0`,
});
