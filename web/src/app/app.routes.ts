import type { Routes } from '@angular/router';

import type { RouteTitle } from './shell/page-title.ts';

const title = (of: RouteTitle) => ({ title: of });

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'invoices' },
  {
    path: '**',
    data: title((t) => t.notFound.title),
    loadComponent: async () => (await import('./shell/not-found.ts')).NotFound,
  },
];
