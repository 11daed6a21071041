import type { Injector } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';

import type { KeptKeys } from '../shell/kept-keys.ts';
import { SearchDialog } from './search-dialog.ts';

/** Opens the search over everything, once, with what was typed until then. */
export function openSearch(injector: Injector, keys: KeptKeys): void {
  const dialog = injector.get(MatDialog);
  if (dialog.openDialogs.length > 0) {
    keys.take();
    return;
  }
  dialog.open(SearchDialog, {
    data: keys,
    ariaLabelledBy: 'search-everything',
    autoFocus: 'input',
    position: { top: 'min(5rem, 8vh)' },
    width: '38rem',
    maxWidth: 'calc(100vw - 1.5rem)',
    enterAnimationDuration: 0,
    exitAnimationDuration: 0,
  });
}
