import { DestroyRef, DOCUMENT, inject } from '@angular/core';
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

/** Lets the browser ask before such a page is closed or loaded anew. */
export function warnBeforeClosing(page: Unsaved): void {
  const window = inject(DOCUMENT).defaultView;
  const warn = (event: Event) => {
    if (page.hasUnsaved()) event.preventDefault();
  };
  window?.addEventListener('beforeunload', warn);
  inject(DestroyRef).onDestroy(() => window?.removeEventListener('beforeunload', warn));
}
