import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { ProductForm } from './product-form.ts';
import { ProductList } from './product-list.ts';
import { ProductPage } from './product-page.ts';

export const routes: Routes = [
  { path: '', component: ProductList, data: routeTitle((t) => t.products.title) },
  {
    path: 'new',
    component: ProductForm,
    data: routeTitle((t) => t.products.add),
    canDeactivate: [keepUnsaved],
  },
  { path: ':id', component: ProductPage, data: routeTitle((t) => t.products.one) },
  {
    path: ':id/edit',
    component: ProductForm,
    data: routeTitle((t) => t.products.one),
    canDeactivate: [keepUnsaved],
  },
];
