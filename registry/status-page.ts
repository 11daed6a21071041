import { html } from 'hono/html';

import { urlOf } from './instance.ts';
import type { Leases } from './leases.ts';

export function statusPage(leases: Leases) {
  const rows = [...leases.all()].map(
    ({ instance }) =>
      html`<tr>
        <td>${instance.app.toLowerCase()}</td>
        <td>${instance.id}</td>
        <td>${urlOf(instance)}</td>
        <td>${instance.status}</td>
      </tr>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Registry</title>
      </head>
      <body>
        <main>
          <h1>Registry</h1>
          <table>
            ${rows}
          </table>
        </main>
      </body>
    </html>`;
}
