import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatIcon } from '@angular/material/icon';
import { Router, RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { Chip } from '../ui/chip.ts';
import { doing } from '../ui/doing.ts';
import { History } from '../ui/history.ts';
import { type RecordAction, RecordMenu } from '../ui/record-menu.ts';
import { RecordPage } from '../ui/record-page.ts';
import { MovementList } from './movement-list.ts';
import { ProductsApi } from './products-api.ts';
import { isLow } from './stock-chip.ts';
import { StockDialog } from './stock-dialog.ts';

/** A product with its stock, everything that moved it, and what happened to the record. */
@Component({
  selector: 'app-product-page',
  imports: [Chip, History, MatButton, MatIcon, MovementList, RecordMenu, RecordPage, RouterLink],
  templateUrl: './product-page.html',
  styleUrl: './product-page.scss',
})
export class ProductPage {
  readonly #api = inject(ProductsApi);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);

  readonly id = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly loaded = this.#api.one(this.id);
  protected readonly product = linkedSignal(() =>
    this.loaded.hasValue() ? this.loaded.value() : undefined,
  );
  protected readonly trail = this.#api.history(this.product);
  protected readonly doing = doing();
  protected readonly isLow = computed(() => {
    const product = this.product();
    return product !== undefined && isLow(product);
  });
  protected readonly actions = computed<RecordAction[]>(() => {
    const product = this.product();
    return product ? this.#actionsFor(product) : [];
  });

  protected adjust(product: Product): void {
    this.#dialog
      .open<StockDialog, Product, boolean>(StockDialog, { data: product, width: '30rem' })
      .afterClosed()
      .subscribe((moved) => {
        if (moved === true) this.loaded.reload();
      });
  }

  #actionsFor(product: Product): RecordAction[] {
    const { archive, restore, delete: remove } = this.t();
    return [
      product.archivedAt
        ? { icon: 'unarchive', label: restore, run: () => this.#restore(product) }
        : { icon: 'archive', label: archive, run: () => this.#archive(product) },
      { icon: 'delete', label: remove, isDangerous: true, run: () => this.#remove(product) },
    ];
  }

  #archive(product: Product): Promise<boolean> {
    return this.doing.run({
      work: async () => this.product.set(await this.#api.archive(product)),
      done: this.t().products.archived(product.name),
    });
  }

  #restore(product: Product): Promise<boolean> {
    return this.doing.run({
      work: async () => this.product.set(await this.#api.restore(product)),
      done: this.t().products.restored(product.name),
    });
  }

  async #remove(product: Product): Promise<void> {
    const { products, delete: confirm } = this.t();
    const isDone = await this.doing.run({
      ask: { title: products.deleteTitle(product.name), text: products.deleteText, confirm },
      work: () => this.#api.remove(product),
      done: products.deleted(product.name),
    });
    if (isDone) await this.#router.navigateByUrl('/products');
  }
}
