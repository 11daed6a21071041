import { afterNextRender, Component, DOCUMENT, inject, Injector } from '@angular/core';
import { MatIcon } from '@angular/material/icon';

import { Language } from '../i18n/language.ts';
import { keepKeys } from './kept-keys.ts';
import { SlashKey } from './slash-key.ts';

/**
 * Opens the search over everything: by a click, Ctrl-K, or `/` where nothing is being typed. What is
 * typed before it is there stands in its field.
 */
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
  readonly #window = inject(DOCUMENT).defaultView ?? window;
  #isOpening = false;

  protected readonly t = inject(Language).t;

  constructor() {
    afterNextRender(() => whenIdle(this.#window, () => void loadSearch()));
  }

  protected async open(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    const keys = keepKeys(this.#window);
    try {
      const { openSearch } = await loadSearch();
      openSearch(this.#injector, keys);
    } catch (error) {
      keys.take();
      throw error;
    } finally {
      this.#isOpening = false;
    }
  }

  protected openByKey(event: KeyboardEvent): void {
    const isCtrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
    const isSlash = event.key === '/' && this.#slashKey.isOn() && !isTyping(event.target);
    if (!isCtrlK && !isSlash) return;
    event.preventDefault();
    void this.open();
  }
}

const loadSearch = () => import('../search/open-search.ts');

/** Not all browsers say when they are idle. */
function whenIdle(window: Window, work: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(work);
  else setTimeout(work, 1000);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
  );
}
