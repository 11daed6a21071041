import { html } from 'hono/html';

import { type Instance, urlOf, zoneOf } from './instance.ts';
import type { Lease } from './lease.ts';
import type { Html, StatusPageData } from './status-page.ts';
import { duration, statusWords } from './status-words.ts';

/** More instances than this are found by searching. */
const SHOWN = 300;

/** Every service with its instances. */
export function servicesSection(data: StatusPageData): Html {
  const found = [...data.leases.all()]
    .filter(({ instance }) => matches(instance, data.search))
    .toSorted((one, other) => compare(nameOf(one), nameOf(other)));
  const shown = Map.groupBy(found.slice(0, SHOWN), ({ instance }) => instance.app);
  const hidden = found.length - Math.min(found.length, SHOWN);
  return html`<section aria-labelledby="services">
    <h2 id="services">Services</h2>
    ${found.length === 0 ? html`<p>${nothing(data)}</p>` : ''}
    ${[...shown].map(([app, leases]) => service(app, leases, data))}
    ${hidden > 0 ? html`<p>${hidden} more instances match. Search for the one you mean.</p>` : ''}
  </section>`;
}

const nameOf = ({ instance }: Lease): string => `${instance.app} ${instance.id}`;
const compare = (one: string, other: string): number => (one < other ? -1 : 1);

function nothing({ search }: StatusPageData): string {
  return search === '' ? 'Nobody has registered yet.' : `Nothing matches '${search}'.`;
}

function matches(instance: Instance, search: string): boolean {
  const { app, id, status, metadata } = instance;
  const texts = [app, id, status, statusWords(status), urlOf(instance), zoneOf(instance) ?? ''];
  const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
  const wanted = search.trim().toLowerCase();
  return [...texts, ...pairs].some((text) => text.toLowerCase().includes(wanted));
}

function service(app: string, leases: readonly Lease[], data: StatusPageData): Html {
  const name = app.toLowerCase();
  const counts = Map.groupBy(leases, ({ instance }) => instance.status);
  const summary = [...counts].map(([status, { length }]) => `${length} ${statusWords(status)}`);
  return html`<article class="card">
    <h3>${name} <small>${summary.join(', ')}</small></h3>
    <table class="${data.hasUsers ? 'with-actions' : ''}">
      <caption>
        Instances of ${name}
      </caption>
      <thead>
        <tr>
          ${['Instance', 'Address', 'Status', 'Zone', 'Last renewal', 'Lease left', 'Metadata'].map(
            (title) => html`<th scope="col">${title}</th>`,
          )}
          ${data.hasUsers ? html`<th scope="col">Actions</th>` : ''}
        </tr>
      </thead>
      <tbody>
        ${leases.map((lease) => row(lease, data))}
      </tbody>
    </table>
  </article>`;
}

function row(lease: Lease, data: StatusPageData): Html {
  const { instance, renewedMs, expiresMs } = lease;
  const nowMs = data.leases.clock();
  const leftMs = expiresMs - nowMs;
  const left = leftMs < 0 ? `ran out ${duration(-leftMs)} ago, kept` : duration(leftMs);
  const cells: readonly (readonly [string, Html])[] = [
    ['Address', linked(urlOf(instance), instance.homePageUrl)],
    ['Status', status(lease)],
    ['Zone', html`${zoneOf(instance) ?? '–'}`],
    [
      'Last renewal',
      html`<span data-since="${renewedMs}">${duration(nowMs - renewedMs)}</span> ago`,
    ],
    ['Lease left', html`<span data-until="${expiresMs}">${left}</span>`],
    ['Metadata', metadata(instance)],
    ...(data.hasUsers ? ([['Actions', actions(instance)]] as const) : []),
  ];
  return html`<tr>
    <th scope="row" data-label="Instance">
      <div>${linked(instance.id, instance.statusPageUrl)}</div>
    </th>
    ${cells.map(([label, content]) => html`<td data-label="${label}"><div>${content}</div></td>`)}
  </tr>`;
}

/** Only what a browser may safely follow: the address is whatever a client wrote. */
function linked(text: string, href: string | undefined): Html {
  const { protocol } = URL.parse(href ?? '') ?? {};
  return protocol === 'http:' || protocol === 'https:'
    ? html`<a href="${href}" rel="noreferrer">${text}</a>`
    : html`${text}`;
}

function status({ instance, restored }: Lease): Html {
  const notes = [
    ...(instance.overriddenStatus === 'UNKNOWN' ? [] : ['set by hand']),
    ...(restored ? ['restored, not heard of yet'] : []),
  ];
  return html`<span class="status ${instance.status.toLowerCase()}"
      >${statusWords(instance.status)}</span
    >
    ${notes.map((note) => html`<small>${note}</small>`)}`;
}

function metadata({ app, id, metadata }: Instance): Html {
  const pairs = Object.entries(metadata);
  if (pairs.length === 0) return html`–`;
  return html`<details data-key="${app}/${id}">
    <summary>
      ${pairs.length} ${pairs.length === 1 ? 'entry' : 'entries'}
      <span class="unseen">of ${id}</span>
    </summary>
    <dl>
      ${pairs.map(
        ([key, value]) =>
          html`<dt>${key}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </details>`;
}

function actions({ app, id, overriddenStatus }: Instance): Html {
  const path = `/instances/${encodeURIComponent(app)}/${encodeURIComponent(id)}`;
  const button = (action: string, text: string) =>
    html`<form action="${path}/${action}" method="post">
      <button>${text}<span class="unseen"> ${id}</span></button>
    </form>`;
  return html`<div class="actions">
    ${
      overriddenStatus === 'UNKNOWN'
        ? button('out-of-service', 'Take out of service')
        : button('put-back', 'Put back')
    }
    ${button('evict', 'Evict')}
  </div>`;
}
