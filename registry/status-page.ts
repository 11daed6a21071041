import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

import type { EventLog } from './event-log.ts';
import type { Leases } from './leases.ts';
import { eventsSection } from './status-events.ts';
import { servicesSection } from './status-services.ts';
import { preservationSection, systemSection } from './status-summary.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What the page is made of. */
export type StatusPageData = {
  readonly leases: Leases;
  readonly events: EventLog;
  readonly watchers: number;
  readonly startedMs: number;
  /** Whether the buttons are shown: they need a password, so there must be one. */
  readonly hasUsers: boolean;
  /** What is looked for; empty for everything. */
  readonly search: string;
  /** Which events are listed. */
  readonly show: 'all' | 'came' | 'went';
};

/**
 * The registry's state as one page that needs nothing from elsewhere. It reads without JavaScript;
 * with it, it follows the push and refreshes what stands in `#live`.
 */
export function statusPage(data: StatusPageData): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Registry: ${data.leases.size()} instances</title>
        <link rel="icon" href="${ICON}" />
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>Registry</h1>
          <p id="freshness">
            As of ${new Date(data.leases.clock()).toISOString().slice(11, 19)} UTC
          </p>
        </header>
        <main id="live">
          ${preservationSection(data)} ${searchForm(data)} ${servicesSection(data)}
          ${eventsSection(data)} ${systemSection(data)}
        </main>
        ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`;
}

const STYLE = await Bun.file(new URL('status-page.css', import.meta.url)).text();
const SCRIPT = await Bun.file(new URL('status-live.js', import.meta.url)).text();
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="#00695c"/></svg>',
)}`;

/** Nothing but this page's own style and script may run or load. */
export const STATUS_PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "connect-src 'self'",
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function hashOf(text: string): string {
  return `sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}`;
}

function searchForm({ search, show }: StatusPageData): Html {
  return html`<form class="search" role="search" action="/" method="get">
    <label for="search">Find a service, an instance, an address or metadata</label>
    <input id="search" name="q" type="search" value="${search}" autocomplete="off" />
    ${show === 'all' ? '' : html`<input type="hidden" name="show" value="${show}" />`}
    <button>Find</button>
  </form>`;
}
