import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { CustomerList } from './customer-list.ts';

const loadForm = async () => (await import('./customer-form.ts')).CustomerForm;

export const routes: Routes = [
  { path: '', component: CustomerList, data: routeTitle((t) => t.customers.title) },
  {
    path: 'new',
    loadComponent: loadForm,
    data: routeTitle((t) => t.customers.add),
    canDeactivate: [keepUnsaved],
  },
  {
    path: ':id',
    loadComponent: async () => (await import('./customer-page.ts')).CustomerPage,
    data: routeTitle((t) => t.customers.one),
  },
  {
    path: ':id/edit',
    loadComponent: loadForm,
    data: routeTitle((t) => t.customers.one),
    canDeactivate: [keepUnsaved],
  },
];
