import type { Injector } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';

import { SearchDialog } from './search-dialog.ts';

/** Opens the search over everything, once. */
export function openSearch(injector: Injector): void {
  const dialog = injector.get(MatDialog);
  if (dialog.openDialogs.length > 0) return;
  dialog.open(SearchDialog, {
    ariaLabelledBy: 'search-everything',
    autoFocus: 'input',
    position: { top: 'min(5rem, 8vh)' },
    width: '38rem',
    maxWidth: 'calc(100vw - 1.5rem)',
    enterAnimationDuration: 0,
    exitAnimationDuration: 0,
  });
}
