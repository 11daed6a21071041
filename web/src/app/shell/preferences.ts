import { Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';

import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/dictionary.ts';
import { Language } from '../i18n/language.ts';
import type { IconName } from '../ui/icons.ts';
import { Theme, type ThemeName, THEMES } from './theme.ts';

const THEME_ICONS: Record<ThemeName, IconName> = {
  system: 'contrast',
  light: 'light_mode',
  dark: 'dark_mode',
};

/** The two menus of how the app looks and speaks. */
@Component({
  selector: 'app-preferences',
  imports: [MatIcon, MatIconButton, MatMenu, MatMenuItem, MatMenuTrigger],
  styles: ':host { display: flex; flex-wrap: wrap; gap: 0.25rem; }',
  template: `
    <button matIconButton [matMenuTriggerFor]="languages" [attr.aria-label]="t().language">
      <mat-icon svgIcon="translate" />
    </button>
    <mat-menu #languages="matMenu">
      @for (code of codes; track code) {
        <button
          mat-menu-item
          role="menuitemradio"
          [attr.aria-checked]="code === language.code()"
          [attr.lang]="code"
          (click)="language.choose(code)"
        >
          <mat-icon [svgIcon]="code === language.code() ? 'check' : 'blank'" />
          <span>{{ names[code] }}</span>
        </button>
      }
    </mat-menu>
    <button matIconButton [matMenuTriggerFor]="themes" [attr.aria-label]="t().theme">
      <mat-icon [svgIcon]="themeIcon()" />
    </button>
    <mat-menu #themes="matMenu">
      @for (name of themeNames; track name) {
        <button
          mat-menu-item
          role="menuitemradio"
          [attr.aria-checked]="name === theme.name()"
          (click)="theme.choose(name)"
        >
          <mat-icon [svgIcon]="name === theme.name() ? 'check' : 'blank'" />
          <span>{{ t().themes[name] }}</span>
        </button>
      }
    </mat-menu>
  `,
})
export class Preferences {
  protected readonly language = inject(Language);
  protected readonly theme = inject(Theme);
  protected readonly t = this.language.t;

  protected readonly codes = LANGUAGES;
  protected readonly names = LANGUAGE_NAMES;
  protected readonly themeNames = THEMES;
  protected readonly themeIcon = computed(() => THEME_ICONS[this.theme.name()]);
}
