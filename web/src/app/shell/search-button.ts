import { Component, inject, Injector } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import { Language } from '../i18n/language.ts';
import { SlashKey } from './slash-key.ts';

/** Opens the search over everything: by a click, Ctrl-K, or `/` where nothing is being typed. */
@Component({
  selector: 'app-search-button',
  imports: [MatIcon],
  host: { '(window:keydown)': 'openByKey($event)' },
  styleUrl: './search-button.scss',
  template: `
    <button type="button" (click)="open()">
      <mat-icon svgIcon="search" />
      <span class="label">{{ t().search.title }}</span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
  `,
})
export class SearchButton {
  readonly #injector = inject(Injector);
  readonly #slashKey = inject(SlashKey);

  protected readonly t = inject(Language).t;

  protected async open(): Promise<void> {
    const { openSearch } = await import('../search/open-search.ts');
    openSearch(this.#injector);
  }

  protected openByKey(event: KeyboardEvent): void {
    const isCtrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
    const isSlash = event.key === '/' && this.#slashKey.isOn() && !isTyping(event.target);
    if (!isCtrlK && !isSlash) return;
    event.preventDefault();
    void this.open();
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
  );
}
