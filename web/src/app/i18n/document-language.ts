import { computed, inject, Injectable, signal } from '@angular/core';

import { printing } from '../shell/printing.ts';
import { DICTIONARIES, type LanguageCode } from './dictionary.ts';
import { Formats } from './formats.ts';
import { Language } from './language.ts';

/** The language of a document: on the screen the person's, on paper the one that it was issued in. */
@Injectable()
class DocumentLanguage {
  readonly #screen = inject(Language, { skipSelf: true });
  readonly #printing = printing();

  /** The language of the document; null while it has none. */
  readonly own = signal<LanguageCode | null>(null);
  readonly code = computed(() => (this.#printing() && this.own()) || this.#screen.code());
  readonly t = computed(() => DICTIONARIES[this.code()]);
  readonly decimalSeparator = computed(() => (this.code() === 'fr' ? ',' : '.'));
}

/** Lets a component, and all within it, speak the language of a document. */
export const DOCUMENT_LANGUAGE = [
  DocumentLanguage,
  { provide: Language, useExisting: DocumentLanguage },
  Formats,
];

/** Says, within such a component, what the language of the document is. */
export function ownLanguage() {
  return inject(DocumentLanguage).own;
}
