import {
  afterNextRender,
  Component,
  computed,
  effect,
  inject,
  Injector,
  input,
  linkedSignal,
  signal,
  untracked,
  viewChildren,
} from '@angular/core';
import { type FieldTree, form, FormField } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import type { Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProductsApi } from '../products/products-api.ts';
import { offeredVat } from '../settings/offered-vat.ts';
import { soldWith, vatChoices } from '../settings/vat-choices.ts';
import { PercentInput } from '../ui/percent-input.ts';
import {
  commonVat,
  copyOf,
  demandOf,
  type Draft,
  type DraftLine,
  emptyLine,
  isBlank,
  lineFor,
  totalsOf,
} from './draft.ts';
import { LineNote } from './line-note.ts';
import { LineRow } from './line-row.ts';
import { TotalsPanel } from './totals-panel.ts';

/** The lines of a draft and what they come to, live. */
@Component({
  selector: 'app-invoice-lines',
  imports: [FormField, LineNote, LineRow, MatButton, MatIcon, PercentInput, TotalsPanel],
  templateUrl: './invoice-lines.html',
  styleUrl: './invoice-lines.scss',
})
export class InvoiceLines {
  readonly #injector = inject(Injector);
  readonly #products = inject(ProductsApi);
  readonly #known = signal<ReadonlyMap<string, Product | undefined>>(new Map());

  readonly form = input.required<FieldTree<Draft>>();

  protected readonly rows = viewChildren(LineRow);
  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly offeredVat = offeredVat();
  protected readonly draft = computed(() => this.form()().value());
  protected readonly computed = computed(() => totalsOf(this.draft()));
  /** The VAT that all lines bear; choosing another one sets it in each. */
  protected readonly commonVat = form(linkedSignal(() => commonVat(this.draft())));
  protected readonly vatChoices = computed(() =>
    vatChoices(this.offeredVat(), this.commonVat().value(), this.formats),
  );
  readonly #demand = computed(() => demandOf(this.draft()));

  constructor() {
    effect(() => {
      const ids = new Set(this.draft().lines.map(({ productId }) => productId));
      untracked(() => ids.forEach((id) => void this.#learn(id)));
    });
  }

  protected product(index: number): Product | undefined {
    return this.#known().get(this.draft().lines[index]?.productId ?? '');
  }

  protected isShort(index: number): boolean {
    const product = this.product(index);
    if (product === undefined || !product.trackStock) return false;
    return (this.#demand().get(product.id) ?? 0) > Number(product.available);
  }

  protected net(index: number): string {
    return this.formats.money(this.computed().lines[index]?.netMinor ?? 0, this.draft().currency);
  }

  protected pick(index: number, product: Product): void {
    this.#remember(product.id, product);
    const { currency } = this.draft();
    const sold = { ...product, ...soldWith(product, this.offeredVat()) };
    this.#change((lines) =>
      lines.with(index, lineFor(lines[index] ?? emptyLine(), sold, currency)),
    );
  }

  protected add(): void {
    this.#change((lines) => [...lines, emptyLine()]);
    this.#focus(this.draft().lines.length - 1);
  }

  protected duplicate(index: number): void {
    this.#change((lines) => lines.toSpliced(index + 1, 0, copyOf(lines[index] ?? emptyLine())));
    this.#focus(index + 1);
  }

  protected remove(index: number): void {
    this.#change((lines) => (lines.length === 1 ? [emptyLine()] : lines.toSpliced(index, 1)));
    this.#focus(Math.min(index, this.draft().lines.length - 1));
  }

  protected setVat(): void {
    const vat = this.commonVat().value();
    this.#change((lines) => lines.map((line) => ({ ...line, vat })));
  }

  /** Tab out of the last field goes on to a new line, unless the last one is still blank. */
  protected leave(event: Event, index: number): void {
    const { lines } = this.draft();
    const last = lines.at(-1);
    if (event instanceof KeyboardEvent && event.shiftKey) return;
    if (index !== lines.length - 1 || last === undefined || isBlank(last)) return;
    event.preventDefault();
    this.add();
  }

  #change(change: (lines: DraftLine[]) => DraftLine[]): void {
    const state = this.form()();
    state.value.update((draft) => ({ ...draft, lines: change(draft.lines) }));
    state.markAsDirty();
  }

  #focus(index: number): void {
    afterNextRender(() => this.rows()[index]?.focusProduct(), { injector: this.#injector });
  }

  /** Asks once what a product has in stock; the draft is usable without an answer. */
  async #learn(id: string): Promise<void> {
    if (id === '' || this.#known().has(id)) return;
    this.#remember(id, undefined);
    try {
      this.#remember(id, await this.#products.find(id));
    } catch {
      // Whatever the reason, the row just shows no availability.
    }
  }

  #remember(id: string, product: Product | undefined): void {
    this.#known.update((known) => new Map(known).set(id, product));
  }
}
