import { html } from 'hono/html';

import type { LoggedEvent } from './event-log.ts';
import type { Html, StatusPageData } from './status-page.ts';
import { statusWords } from './status-words.ts';

/** As many as one reads; the log holds more of the past for the narrower lists. */
const SHOWN = 100;
const CAME = new Set(['registered', 'restored']);
const CHANGED = new Set(['status changed', 'metadata changed']);

/** What happened of late, the newest first, and why. */
export function eventsSection({ events, search, show }: StatusPageData): Html {
  const listed = events
    .newestFirst()
    .filter((event) => isListed(event, show))
    .slice(0, SHOWN);
  return html`<section aria-labelledby="events">
    <h2 id="events">Recent events</h2>
    <nav aria-label="Which events">
      ${(['all', 'came', 'went'] as const).map((which) => choice(which, show, search))}
    </nav>
    ${listed.length === 0 ? html`<p>Nothing yet.</p>` : list(listed)}
  </section>`;
}

function isListed({ happening }: LoggedEvent, show: StatusPageData['show']): boolean {
  if (show === 'all') return true;
  if (show === 'came') return CAME.has(happening);
  return !CAME.has(happening) && !CHANGED.has(happening);
}

const CHOICES = { all: 'All', came: 'Registrations', went: 'Departures' };

function choice(which: StatusPageData['show'], show: StatusPageData['show'], search: string): Html {
  const query = new URLSearchParams({
    ...(search === '' ? {} : { q: search }),
    ...(which === 'all' ? {} : { show: which }),
  });
  return which === show
    ? html`<strong aria-current="true">${CHOICES[which]}</strong>`
    : html`<a href="/?${query.toString()}#events">${CHOICES[which]}</a>`;
}

function list(events: readonly LoggedEvent[]): Html {
  return html`<ol class="events">
    ${events.map(({ atMs, happening, app, id, status }) => {
      const time = new Date(atMs).toISOString();
      return html`<li>
        <time datetime="${time}">${time.slice(11, 19)}</time>
        <span class="happening">${happening}</span>
        <span>${app.toLowerCase()}</span>
        <span class="id">${id}</span>
        ${happening === 'status changed' ? html`<span>now ${statusWords(status)}</span>` : ''}
      </li>`;
    })}
  </ol>`;
}
