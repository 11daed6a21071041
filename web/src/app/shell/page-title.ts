import { computed, effect, inject, Service, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import {
  type ActivatedRouteSnapshot,
  type RouterStateSnapshot,
  TitleStrategy,
} from '@angular/router';

import type { Dictionary } from '../i18n/dictionary.ts';
import { Language } from '../i18n/language.ts';

/** What a route's `data.title` is: a word out of the dictionary, so that it follows the language. */
export type RouteTitle = (t: Dictionary) => string;

/** The `data` of a route that has a title. */
export const routeTitle = (title: RouteTitle) => ({ title });

/** The document's title: the page's own name if it has one, else its route's, then the app's. */
@Service()
export class PageTitle extends TitleStrategy {
  readonly #language = inject(Language);
  readonly #title = inject(Title);
  readonly #route = signal<RouteTitle>((t) => t.appName);
  readonly #record = signal<string | undefined>(undefined);
  readonly #text = computed(() => this.#record() ?? this.#route()(this.#language.t()));

  constructor() {
    super();
    effect(() => this.#title.setTitle(`${this.#text()} · ${this.#language.t().appName}`));
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    const title = titleOf(snapshot.root);
    if (title === this.#route()) return;
    this.#record.set(undefined);
    this.#route.set(title);
  }

  /** Names the record that the page shows, until the next navigation. */
  name(record: string | undefined): void {
    this.#record.set(record);
  }
}

function titleOf(root: ActivatedRouteSnapshot): RouteTitle {
  let route = root;
  while (route.firstChild) route = route.firstChild;
  const title: unknown = route.data['title'];
  return isRouteTitle(title) ? title : (t) => t.appName;
}

function isRouteTitle(value: unknown): value is RouteTitle {
  return typeof value === 'function';
}
