import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { MatIcon } from '@angular/material/icon';
import { Router, RouterLink } from '@angular/router';

import { explain } from '../i18n/explain.ts';
import { Language } from '../i18n/language.ts';
import type { KeptKeys } from '../shell/kept-keys.ts';
import { SlashKey } from '../shell/slash-key.ts';
import { searchResults } from './search-results.ts';

/** How long typing must rest before the search is sent. */
const DEBOUNCE_MS = 200;

/** Finds customers, products and invoices by one word, with the keyboard alone. */
@Component({
  selector: 'app-search-dialog',
  imports: [MatIcon, RouterLink],
  templateUrl: './search-dialog.html',
  styleUrl: './search-dialog.scss',
})
export class SearchDialog {
  readonly #dialog = inject(MatDialogRef);
  readonly #router = inject(Router);
  readonly #keys = inject<KeptKeys>(MAT_DIALOG_DATA);
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly t = inject(Language).t;
  protected readonly slashKey = inject(SlashKey);
  protected readonly term = signal('');
  readonly #groups = searchResults(this.term);

  /** With the place of each hit among all, by which the keyboard goes. */
  protected readonly groups = computed(() => {
    let index = 0;
    return this.#groups
      .map(({ name, hits }) => ({ name, hits: hits().map((hit) => ({ ...hit, index: index++ })) }))
      .filter(({ hits }) => hits.length > 0);
  });
  readonly #hits = computed(() => this.groups().flatMap(({ hits }) => hits));
  /** The hit that Enter opens: the first one, whenever others came. */
  protected readonly active = linkedSignal({ source: this.#hits, computation: () => 0 });
  protected readonly problems = computed(() =>
    this.#groups.flatMap(({ problem }) => {
      const found = problem();
      return found ? [explain(found, this.t())] : [];
    }),
  );
  protected readonly isLoading = computed(() => this.#groups.some(({ isLoading }) => isLoading()));
  protected readonly status = computed(() => {
    const { search } = this.t();
    if (this.term() === '') return search.hint;
    if (this.#hits().length > 0) return search.found(this.#hits().length);
    return this.isLoading() || this.problems().length > 0 ? '' : this.t().list.nothingFound;
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.#timer);
      this.#keys.take();
    });
  }

  /** From here on the field gets the keys itself. */
  protected focused(field: HTMLInputElement): void {
    const early = this.#keys.take();
    if (early === '') return;
    field.value += early;
    this.typed(field.value);
  }

  protected typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.term.set(text.trim()), DEBOUNCE_MS);
  }

  protected move(event: Event, by: number): void {
    event.preventDefault();
    const count = this.#hits().length;
    if (count === 0) return;
    this.active.update((index) => (index + by + count) % count);
    document.getElementById(`hit-${this.active()}`)?.scrollIntoView({ block: 'nearest' });
  }

  protected open(): void {
    const hit = this.#hits()[this.active()];
    if (hit === undefined) return;
    this.close();
    void this.#router.navigate([...hit.path]);
  }

  protected close(): void {
    this.#dialog.close();
  }
}
