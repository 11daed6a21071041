import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ListPage } from '../ui/list-page.ts';
import { listUrl } from '../ui/list-url.ts';
import { SortHeader } from '../ui/sort-header.ts';
import { InvoiceAmount } from './invoice-amount.ts';
import { FILTERS, InvoiceFilters } from './invoice-filters.ts';
import { InvoicesApi } from './invoices-api.ts';
import { canBe } from './next-steps.ts';
import { StatusChip } from './status-chip.ts';

@Component({
  selector: 'app-invoice-list',
  imports: [InvoiceAmount, InvoiceFilters, ListPage, RouterLink, SortHeader, StatusChip],
  templateUrl: './invoice-list.html',
})
export class InvoiceList {
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly canBe = canBe;

  protected readonly list = listUrl({ sort: '-createdAt', filters: FILTERS });
  protected readonly invoices = inject(InvoicesApi).list(this.list.query);
  protected readonly page = kept(this.invoices);
}
