import { computed, inject, type Signal } from '@angular/core';
import { SettingsInput } from 'billing/settings-contract';
import type { VatKind } from 'billing/vat-groups';
import { VAT_CATEGORIES } from 'inventory/vat-category';

import { SettingsApi } from './settings-api.ts';

const USUAL = SettingsInput.shape.vatRatesBp.parse(undefined);

/**
 * The company's VAT rates, the usual ones while its settings are out of reach, and no VAT: a plain 0 %
 * only as long as the settings do not say why the company charges none.
 */
export function offeredVat(): Signal<readonly VatKind[]> {
  const settings = inject(SettingsApi).read();
  return computed(() => {
    const rates = settings.hasValue() ? settings.value().vatRatesBp : USUAL;
    const isExempt = settings.hasValue() && settings.value().vatExemption !== '';
    return VAT_CATEGORIES.filter((category) => !(isExempt && category === 'Z')).flatMap(
      (vatCategory) =>
        (vatCategory === 'S' ? rates.filter((rate) => rate > 0) : [0]).map((vatRateBp) => ({
          vatCategory,
          vatRateBp,
        })),
    );
  });
}
