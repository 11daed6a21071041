import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { ProductList } from './product-list.ts';

const loadForm = async () => (await import('./product-form.ts')).ProductForm;

export const routes: Routes = [
  { path: '', component: ProductList, data: routeTitle((t) => t.products.title) },
  {
    path: 'new',
    loadComponent: loadForm,
    data: routeTitle((t) => t.products.add),
    canDeactivate: [keepUnsaved],
  },
  {
    path: ':id',
    loadComponent: async () => (await import('./product-page.ts')).ProductPage,
    data: routeTitle((t) => t.products.one),
  },
  {
    path: ':id/edit',
    loadComponent: loadForm,
    data: routeTitle((t) => t.products.one),
    canDeactivate: [keepUnsaved],
  },
];
