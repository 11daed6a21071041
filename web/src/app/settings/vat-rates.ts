import { computed, inject, type Signal } from '@angular/core';
import { SettingsInput } from 'billing/settings-contract';

import { SettingsApi } from './settings-api.ts';

const USUAL = SettingsInput.shape.vatRatesBp.parse(undefined);

/** The company's VAT rates in basis points; the usual ones while the settings are out of reach. */
export function vatRates(): Signal<readonly number[]> {
  const settings = inject(SettingsApi).read();
  return computed(() => (settings.hasValue() ? settings.value().vatRatesBp : USUAL));
}
