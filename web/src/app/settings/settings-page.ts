import { Component, computed, inject, untracked } from '@angular/core';
import { FormField, required, validate, validateStandardSchema } from '@angular/forms/signals';
import { MatError, MatFormField, MatHint, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { Settings, SettingsInput } from 'billing/settings-contract';

import { countries } from '../i18n/countries.ts';
import { Language } from '../i18n/language.ts';
import { DecimalField } from '../ui/decimal-field.ts';
import { toScaled } from '../ui/decimal.ts';
import { FieldError } from '../ui/field-error.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { FormPage } from '../ui/form-page.ts';
import { FormSection } from '../ui/form-section.ts';
import { History } from '../ui/history.ts';
import { Notice } from '../ui/notice.ts';
import { PercentInput } from '../ui/percent-input.ts';
import { recordForm } from '../ui/record-form.ts';
import { SelectField } from '../ui/select-field.ts';
import { TextField } from '../ui/text-field.ts';
import type { Unsaved } from '../ui/unsaved-guard.ts';
import { SettingsApi } from './settings-api.ts';
import { inputOf, ratesOf, settingsOf } from './settings-input.ts';

const SHAPE = SettingsInput.shape;

/** What the company says about itself and its invoices. */
@Component({
  providers: [FORM_DEFAULTS],
  selector: 'app-settings-page',
  imports: [
    DecimalField,
    FieldError,
    FormField,
    FormPage,
    FormSection,
    History,
    MatError,
    MatFormField,
    MatHint,
    MatInput,
    MatLabel,
    MatSlideToggle,
    PercentInput,
    SelectField,
    TextField,
  ],
  templateUrl: './settings-page.html',
})
export class SettingsPage implements Unsaved {
  readonly #api = inject(SettingsApi);
  readonly #notice = inject(Notice);
  readonly #language = inject(Language);

  protected readonly t = this.#language.t;
  protected readonly loaded = this.#api.read();
  protected readonly form = recordForm({
    loaded: this.loaded,
    record: Settings,
    // Another language leaves what was typed alone.
    inputOf: (settings) => inputOf(settings, untracked(this.#language.decimalSeparator)),
    schema: (path) => {
      required(path.seller.name);
      validateStandardSchema(path.seller, SHAPE.seller);
      validateStandardSchema(path.vatExemption, SHAPE.vatExemption.unwrap());
      validateStandardSchema(path.invoiceSeries, SHAPE.invoiceSeries.unwrap());
      validateStandardSchema(path.creditNoteSeries, SHAPE.creditNoteSeries.unwrap());
      validateStandardSchema(path.dueDays, SHAPE.dueDays.unwrap());
      validateStandardSchema(path.latePenaltyBp, SHAPE.latePenaltyBp.unwrap());
      validateStandardSchema(path.earlyPayment, SHAPE.earlyPayment.unwrap());
      validateStandardSchema(path.timeZone, SHAPE.timeZone.unwrap());
      validate(path.vatRates, ({ value }) =>
        SHAPE.vatRatesBp.unwrap().safeParse(ratesOf(value())).success
          ? undefined
          : { kind: 'outOfRange' },
      );
      validate(path.recoveryFee, ({ value }) =>
        SHAPE.recoveryFeeMinor.unwrap().safeParse(toScaled(value(), 2)).success
          ? undefined
          : { kind: 'outOfRange' },
      );
    },
    update: (settings, input) => this.#api.update(settings, SettingsInput.parse(settingsOf(input))),
    done: () => this.#notice.done(this.t().settings.saved),
  });
  readonly hasUnsaved = this.form.hasUnsaved;
  protected readonly trail = this.#api.history(this.form.record);
  protected readonly languages = [
    { code: 'fr', name: 'Français' },
    { code: 'en', name: 'English' },
  ] as const;
  protected readonly countries = computed(() =>
    countries(this.#language.code(), this.form.model().seller.country),
  );
}
