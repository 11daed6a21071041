import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { CustomerForm } from './customer-form.ts';
import { CustomerList } from './customer-list.ts';

export const routes: Routes = [
  { path: '', component: CustomerList, data: routeTitle((t) => t.customers.title) },
  {
    path: 'new',
    component: CustomerForm,
    data: routeTitle((t) => t.customers.add),
    canDeactivate: [keepUnsaved],
  },
  {
    path: ':id',
    component: CustomerForm,
    data: routeTitle((t) => t.customers.one),
    canDeactivate: [keepUnsaved],
  },
];
