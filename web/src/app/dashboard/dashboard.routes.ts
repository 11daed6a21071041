import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { Dashboard } from './dashboard.ts';

export const routes: Routes = [
  { path: '', component: Dashboard, data: routeTitle((t) => t.dashboard.title) },
];
