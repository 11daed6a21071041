import { MAT_FORM_FIELD_DEFAULT_OPTIONS } from '@angular/material/form-field';

/**
 * How fields look. Provided by the components that hold fields and not by the app, whose first load
 * would then carry all of Material's form field.
 */
export const FORM_DEFAULTS = {
  provide: MAT_FORM_FIELD_DEFAULT_OPTIONS,
  useValue: { appearance: 'outline', subscriptSizing: 'dynamic' },
};
