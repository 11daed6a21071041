import type { Routes } from '@angular/router';

import { routeTitle } from './shell/page-title.ts';

export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    loadChildren: async () => (await import('./dashboard/dashboard.routes.ts')).routes,
  },
  {
    path: 'invoices',
    loadChildren: async () => (await import('./invoices/invoices.routes.ts')).routes,
  },
  {
    path: 'customers',
    loadChildren: async () => (await import('./customers/customers.routes.ts')).routes,
  },
  {
    path: 'products',
    loadChildren: async () => (await import('./products/products.routes.ts')).routes,
  },
  {
    path: 'services',
    loadChildren: async () => (await import('./services/services.routes.ts')).routes,
  },
  {
    path: 'settings',
    loadChildren: async () => (await import('./settings/settings.routes.ts')).routes,
  },
  {
    path: '**',
    data: routeTitle((t) => t.notFound.title),
    loadComponent: async () => (await import('./shell/not-found.ts')).NotFound,
  },
];
