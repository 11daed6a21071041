import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { SettingsPage } from './settings-page.ts';

export const routes: Routes = [
  {
    path: '',
    component: SettingsPage,
    data: routeTitle((t) => t.settings.title),
    canDeactivate: [keepUnsaved],
  },
];
