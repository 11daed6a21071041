import {
  applyEach,
  applyWhenValue,
  required,
  schema,
  validateStandardSchema,
} from '@angular/forms/signals';
import { InvoiceInput, LineInput } from 'billing/invoice-contract';
import { RecentDay } from 'billing/payment-contract';
import { DueDays } from 'customer/contract';
import { UnitPrice } from 'inventory/contract';

import { type Draft, type DraftLine, isBlank } from './draft.ts';

/** What the editor asks of a draft: each field by the contract's schema, blank lines left alone. */
export const draftSchema = schema<Draft>((draft) => {
  required(draft.customerId);
  validateStandardSchema(draft.dueDays, DueDays.nullable());
  validateStandardSchema(draft.notes, InvoiceInput.shape.notes.unwrap());
  validateStandardSchema(draft.deliveryAddress, InvoiceInput.shape.deliveryAddress.unwrap());
  applyWhenValue(
    draft.deliveredOn,
    (day: string) => day !== '',
    (day) => validateStandardSchema(day, RecentDay),
  );
  applyEach(draft.lines, (line) => {
    applyWhenValue(
      line,
      (value: DraftLine) => !isBlank(value),
      (entered) => {
        required(entered.productId);
        validateStandardSchema(entered.quantity, LineInput.shape.quantity);
        validateStandardSchema(entered.unitPrice, UnitPrice);
      },
    );
  });
});
