import { inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import type { CanDeactivateFn } from '@angular/router';

import { Language } from '../i18n/language.ts';
import { confirmed } from './confirm-dialog.ts';

/** A page that may hold what was typed and not saved. */
export type Unsaved = { hasUnsaved(): boolean };

/** Asks before a page is left with changes that were not saved. */
export const keepUnsaved: CanDeactivateFn<Unsaved> = (page) => {
  if (!page.hasUnsaved()) return true;
  const { leave } = inject(Language).t();
  return confirmed(inject(MatDialog), {
    title: leave.title,
    text: leave.text,
    confirm: leave.leave,
    cancel: leave.stay,
  });
};
