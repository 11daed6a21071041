import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { ServicesPage } from './services-page.ts';

export const routes: Routes = [
  { path: '', component: ServicesPage, data: routeTitle((t) => t.services.title) },
];
