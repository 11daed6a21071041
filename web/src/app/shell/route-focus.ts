import { afterNextRender, DOCUMENT, inject, Injector, Service } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';

/**
 * After a navigation to another page the focus goes to its heading, so that keyboard and screen
 * reader start there. A change of the query alone (search, sort, page) leaves the focus where it is.
 */
@Service()
export class RouteFocus {
  readonly #document = inject(DOCUMENT);
  readonly #injector = inject(Injector);
  #path: string | undefined;

  constructor() {
    inject(Router).events.subscribe((event) => {
      if (event instanceof NavigationEnd) this.#arrive(event);
    });
  }

  focusContent(): void {
    const content = this.#document.getElementById('content');
    (content?.querySelector<HTMLElement>('h1') ?? content)?.focus();
  }

  #arrive({ id, urlAfterRedirects }: NavigationEnd): void {
    const path = urlAfterRedirects.split(/[?#]/)[0];
    if (path === this.#path) return;
    this.#path = path;
    // Asked of the id: whoever follows a link before the first page is there never sees it end.
    if (id === 1) return;
    afterNextRender(
      () => {
        this.#document.defaultView?.scrollTo(0, 0);
        this.focusContent();
      },
      { injector: this.#injector },
    );
  }
}
