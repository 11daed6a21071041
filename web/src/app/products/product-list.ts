import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { RouterLink } from '@angular/router';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ListCard } from '../ui/list-card.ts';
import { listUrl } from '../ui/list-url.ts';
import { PageHeader } from '../ui/page-header.ts';
import { SearchField } from '../ui/search-field.ts';
import { SortHeader } from '../ui/sort-header.ts';
import { ProductsApi } from './products-api.ts';
import { StockChip } from './stock-chip.ts';

@Component({
  selector: 'app-product-list',
  imports: [
    EmptyState,
    ListCard,
    MatButton,
    MatIcon,
    PageHeader,
    RouterLink,
    SearchField,
    SortHeader,
    StockChip,
  ],
  templateUrl: './product-list.html',
})
export class ProductList {
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);

  protected readonly list = listUrl({ sort: 'name' });
  protected readonly products = inject(ProductsApi).list(this.list.query);
  protected readonly page = kept(this.products);
}
