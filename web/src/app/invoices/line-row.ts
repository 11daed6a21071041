import { Component, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import type { VatKind } from 'billing/vat-groups';
import type { Product } from 'inventory/contract';

import { kept } from '../api/kept.ts';
import { problemOf } from '../api/problem-of.ts';
import { explain } from '../i18n/explain.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProductsApi } from '../products/products-api.ts';
import { vatChoices } from '../settings/vat-choices.ts';
import { DecimalInput } from '../ui/decimal-input.ts';
import { PercentInput } from '../ui/percent-input.ts';
import { Picker } from '../ui/picker.ts';
import type { DraftLine } from './draft.ts';
import { LineNote } from './line-note.ts';

/** One line of the editor. */
@Component({
  // An attribute, since only a `tr` may stand in the table.
  selector: 'tr[appLineRow]',
  imports: [DecimalInput, FormField, LineNote, MatIcon, MatIconButton, PercentInput, Picker],
  host: { role: 'row' },
  templateUrl: './line-row.html',
  styleUrl: './line-row.scss',
})
export class LineRow {
  protected readonly picker = viewChild.required(Picker);

  readonly line = input.required<FieldTree<DraftLine>>();
  /** Counted from 1, as people do. */
  readonly position = input.required<number>();
  readonly net = input.required<string>();
  /** The product of the line, once it is known. */
  readonly product = input<Product>();
  /** Whether all lines together ask for more of the product than there is. */
  readonly isShort = input(false);
  readonly offeredVat = input.required<readonly VatKind[]>();
  /** Says whether the price is with VAT. */
  readonly priceLabel = input.required<string>();
  readonly productPicked = output<Product>();
  readonly duplicate = output();
  readonly remove = output();
  /** Tab was pressed in the last field. */
  readonly left = output<Event>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly term = signal<string | undefined>(undefined);
  protected readonly found = inject(ProductsApi).list(() => {
    const q = this.term();
    return q === undefined ? undefined : { q, sort: 'name', page: 0, size: 10, filters: {} };
  });
  protected readonly page = kept(this.found);
  protected readonly options = computed(() =>
    (this.page()?.items ?? []).map((product) => ({
      id: product.id,
      name: product.name,
      detail: this.#detailOf(product),
    })),
  );
  protected readonly nothingFound = computed(() => {
    const error = this.found.error();
    if (error !== undefined) return explain(problemOf(error), this.t());
    return this.page() && !this.found.isLoading() ? this.t().invoices.noMatch : undefined;
  });
  protected readonly vatChoices = computed(() =>
    vatChoices(this.offeredVat(), this.line().vat().value(), this.formats),
  );
  protected readonly availability = computed(() => {
    const product = this.product();
    if (!product?.trackStock) return undefined;
    const { availableOf, shortOf } = this.t().invoices;
    return (this.isShort() ? shortOf : availableOf)(this.formats.number(product.available));
  });

  focusProduct(): void {
    this.picker().focus();
  }

  protected pick(id: string): void {
    const product = this.page()?.items.find((item) => item.id === id);
    if (product) this.productPicked.emit(product);
  }

  protected label(column: string): string {
    return this.t().invoices.cell(column, this.position());
  }

  #detailOf({ sku, trackStock, available }: Product): string {
    if (!trackStock) return sku;
    return `${sku} · ${this.t().invoices.availableOf(this.formats.number(available))}`;
  }
}
