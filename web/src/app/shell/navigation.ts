import { Component, computed, inject } from '@angular/core';
import { MatIcon } from '@angular/material/icon';
import { type IsActiveMatchOptions, RouterLink, RouterLinkActive } from '@angular/router';

import { Language } from '../i18n/language.ts';
import type { IconName } from '../ui/icons.ts';
import { Preferences } from './preferences.ts';
import { SearchButton } from './search-button.ts';

type Destination = { path: string; icon: IconName; label: string };

/** The side of a wide window, a rail in a medium one, the top and bottom bars of a narrow one. */
@Component({
  selector: 'app-navigation',
  imports: [MatIcon, Preferences, SearchButton, RouterLink, RouterLinkActive],
  styleUrl: './navigation.scss',
  template: `
    <header>
      <a class="brand" routerLink="/" aria-label="Comptoir">
        <img src="favicon.svg" alt="" width="28" height="28" />
        <span class="brand-name">{{ t().appName }}</span>
      </a>
    </header>
    <app-search-button />
    <nav [attr.aria-label]="t().navigation">
      @for (item of destinations(); track item.path) {
        <a
          routerLinkActive="active"
          ariaCurrentWhenActive="page"
          [routerLink]="item.path"
          [routerLinkActiveOptions]="activeWhen(item.path)"
        >
          <span class="pill"><mat-icon [svgIcon]="item.icon" /></span>
          <span>{{ item.label }}</span>
        </a>
      }
    </nav>
    <app-preferences />
  `,
})
export class Navigation {
  protected readonly t = inject(Language).t;

  protected readonly destinations = computed<Destination[]>(() => {
    const { nav } = this.t();
    return [
      { path: '/', icon: 'home', label: nav.dashboard },
      { path: '/invoices', icon: 'receipt_long', label: nav.invoices },
      { path: '/customers', icon: 'group', label: nav.customers },
      { path: '/products', icon: 'inventory_2', label: nav.products },
      { path: '/services', icon: 'lan', label: nav.services },
      { path: '/settings', icon: 'settings', label: nav.settings },
    ];
  });

  /** The first page is active by itself only, the others with what is below them. */
  protected activeWhen(path: string): IsActiveMatchOptions {
    return {
      paths: path === '/' ? 'exact' : 'subset',
      queryParams: 'ignored',
      matrixParams: 'ignored',
      fragment: 'ignored',
    };
  }
}
