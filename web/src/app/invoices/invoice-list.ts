import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatIcon } from '@angular/material/icon';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import { INVOICE_STATUSES } from 'billing/invoice-contract';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FORM_DEFAULTS } from '../ui/form-defaults.ts';
import { ListCard } from '../ui/list-card.ts';
import { listUrl } from '../ui/list-url.ts';
import { PageHeader } from '../ui/page-header.ts';
import { SearchField } from '../ui/search-field.ts';
import { SortHeader } from '../ui/sort-header.ts';
import { InvoicesApi } from './invoices-api.ts';
import { StatusChip } from './status-chip.ts';

@Component({
  selector: 'app-invoice-list',
  providers: [FORM_DEFAULTS],
  imports: [
    EmptyState,
    ListCard,
    MatButton,
    MatFormField,
    MatIcon,
    MatInput,
    MatLabel,
    PageHeader,
    RouterLink,
    SearchField,
    SortHeader,
    StatusChip,
  ],
  templateUrl: './invoice-list.html',
  styles: '.status { flex: 0 1 14rem; }',
})
export class InvoiceList {
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);

  protected readonly statuses = INVOICE_STATUSES;
  protected readonly list = listUrl({ sort: '-createdAt', filters: ['status', 'customerId'] });
  protected readonly invoices = inject(InvoicesApi).list(this.list.query);
  protected readonly page = kept(this.invoices);
}
