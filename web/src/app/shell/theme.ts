import { DOCUMENT, effect, inject, Service, signal } from '@angular/core';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

const STORAGE_KEY = 'comptoir.theme';

/** Light or dark: the system's wish unless one was chosen here. */
@Service()
export class Theme {
  readonly #root = inject(DOCUMENT).documentElement;
  readonly #name = signal(initialTheme());

  readonly name = this.#name.asReadonly();

  constructor() {
    effect(() => {
      const name = this.#name();
      this.#root.style.colorScheme = name === 'system' ? '' : name;
    });
  }

  choose(name: ThemeName): void {
    localStorage.setItem(STORAGE_KEY, name);
    this.#name.set(name);
  }
}

function initialTheme(): ThemeName {
  const stored = localStorage.getItem(STORAGE_KEY);
  return THEMES.find((name) => name === stored) ?? 'system';
}
