import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { FilterToggle } from '../ui/filter-toggle.ts';
import { ListPage } from '../ui/list-page.ts';
import { listUrl } from '../ui/list-url.ts';
import { SortHeader } from '../ui/sort-header.ts';
import { CustomersApi } from './customers-api.ts';

@Component({
  selector: 'app-customer-list',
  imports: [FilterToggle, ListPage, RouterLink, SortHeader],
  templateUrl: './customer-list.html',
})
export class CustomerList {
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);

  protected readonly list = listUrl({ sort: 'name', filters: ['archived'] });
  protected readonly customers = inject(CustomersApi).list(this.list.query);
  protected readonly page = kept(this.customers);
}
