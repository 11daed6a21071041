import { computed, DOCUMENT, effect, inject, Service, signal } from '@angular/core';

import { DICTIONARIES, type LanguageCode, LANGUAGES } from './dictionary.ts';

const STORAGE_KEY = 'comptoir.language';

/** The language of the app: what was chosen last, else the browser's, else French. */
@Service()
export class Language {
  readonly #document = inject(DOCUMENT);
  readonly #code = signal(initialLanguage());

  readonly code = this.#code.asReadonly();
  /** The dictionary of the language; read as `t().customers.title`. */
  readonly t = computed(() => DICTIONARIES[this.#code()]);

  readonly decimalSeparator = computed(() => (this.#code() === 'fr' ? ',' : '.'));

  constructor() {
    effect(() => {
      this.#document.documentElement.lang = this.#code();
    });
  }

  choose(code: LanguageCode): void {
    localStorage.setItem(STORAGE_KEY, code);
    this.#code.set(code);
  }
}

function initialLanguage(): LanguageCode {
  const wanted = [localStorage.getItem(STORAGE_KEY), ...navigator.languages];
  for (const tag of wanted) {
    const code = LANGUAGES.find((known) => tag?.toLowerCase().split('-')[0] === known);
    if (code !== undefined) return code;
  }
  return 'fr';
}
