import { Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';

import { Language } from './i18n/language.ts';
import { Navigation } from './shell/navigation.ts';
import { RouteFocus } from './shell/route-focus.ts';
import { Theme } from './shell/theme.ts';

/** The frame around every page. */
@Component({
  selector: 'app-root',
  imports: [Navigation, RouterOutlet],
  styleUrl: './app.scss',
  template: `
    <a class="skip no-print" href="#content" (click)="skip($event)">{{ t().skipToContent }}</a>
    <app-navigation class="no-print" />
    <main id="content" tabindex="-1">
      <router-outlet />
    </main>
  `,
})
export class App {
  readonly #focus = inject(RouteFocus);

  protected readonly t = inject(Language).t;

  constructor() {
    inject(Theme);
  }

  protected skip(event: Event): void {
    event.preventDefault();
    this.#focus.focusContent();
  }
}
