import type { Routes } from '@angular/router';

import { routeTitle } from '../shell/page-title.ts';
import { keepUnsaved } from '../ui/unsaved-guard.ts';
import { InvoiceList } from './invoice-list.ts';

const loadEditor = async () => (await import('./invoice-editor.ts')).InvoiceEditor;

export const routes: Routes = [
  { path: '', component: InvoiceList, data: routeTitle((t) => t.invoices.title) },
  {
    path: 'new',
    loadComponent: loadEditor,
    data: routeTitle((t) => t.invoices.add),
    canDeactivate: [keepUnsaved],
  },
  {
    path: ':id',
    loadComponent: async () => (await import('./invoice-page.ts')).InvoicePage,
    data: routeTitle((t) => t.invoices.one),
  },
  {
    path: ':id/credit-notes/:noteId',
    loadComponent: async () => (await import('./credit-note-page.ts')).CreditNotePage,
    data: routeTitle((t) => t.invoices.creditNote),
  },
  {
    path: ':id/edit',
    loadComponent: loadEditor,
    data: routeTitle((t) => t.invoices.draftTitle),
    canDeactivate: [keepUnsaved],
  },
];
