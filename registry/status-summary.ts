import { html } from 'hono/html';

import { SMALLEST_FLEET } from './preservation-report.ts';
import type { Html, StatusPageData } from './status-page.ts';
import { duration, rounded } from './status-words.ts';

/** Self-preservation in plain words, with the numbers that decide it. */
export function preservationSection({ leases }: StatusPageData): Html {
  const report = leases.preservation();
  const { active, expectedPerMinute, thresholdPerMinute, receivedPerMinute } = report;
  return html`<section class="card ${active ? 'alarm' : ''}" aria-labelledby="preservation">
    <h2 id="preservation">
      Self-preservation is ${active ? 'active: leases that run out are kept' : 'not active'}
    </h2>
    ${explanation(leases.mode.preservation, report)}
    <dl class="figures">
      ${figure('Instances', report.instances)} ${figure('Overdue', report.overdue)}
      ${figure('Renewals in the last minute', receivedPerMinute)}
      ${figure('Expected a minute', rounded(expectedPerMinute))}
      ${figure('Needed to end leases', rounded(thresholdPerMinute))}
    </dl>
    ${bar(report.countedPerMinute, thresholdPerMinute, expectedPerMinute)}
    <small
      >Renewals a minute that are on time, of those expected; the mark is what is needed.</small
    >
  </section>`;
}

type Report = ReturnType<StatusPageData['leases']['preservation']>;

function explanation(rule: 'own-intervals' | 'threshold', report: Report): Html {
  const { active, instances, overdue, countedPerMinute, thresholdPerMinute } = report;
  if (rule === 'threshold') {
    return html`<p>
      Netflix's rule: every instance is expected to renew twice a minute, and leases end only while
      more than ${rounded(thresholdPerMinute)} renewals came in during the last full minute. It was
      ${rounded(countedPerMinute)}.
    </p>`;
  }
  if (instances < SMALLEST_FLEET) {
    return html`<p>
      With fewer than ${SMALLEST_FLEET} instances (now ${instances}) one that falls silent is taken
      for a crash, never for a failing network: its lease ends when it runs out.
    </p>`;
  }
  if (active) {
    return html`<p>
      ${overdue} of ${instances} instances fell silent, which looks like a failing network rather
      than as many crashes. Instances worth ${rounded(countedPerMinute)} renewals a minute are on
      time; once it is ${rounded(thresholdPerMinute)}, leases end again. What you know to be gone
      can be evicted by hand.
    </p>`;
  }
  return html`<p>
    ${overdue} of ${instances} instances are overdue. If instances worth more than 15 % of all
    expected renewals were, leases would be kept: so many crashes at once would be less likely than
    a failing network.
  </p>`;
}

function bar(counted: number, threshold: number, expected: number): Html {
  const share = (part: number) => `${expected > 0 ? Math.min(100, (100 * part) / expected) : 0}%`;
  const label = `${rounded(counted)} of ${rounded(expected)} renewals a minute are on time, ${rounded(threshold)} are needed`;
  return html`<svg class="bar" role="img" aria-label="${label}" width="100%" height="14">
    <rect class="track" width="100%" height="14" rx="7" />
    <rect class="fill" width="${share(counted)}" height="14" rx="7" />
    <line class="mark" x1="${share(threshold)}" x2="${share(threshold)}" y1="0" y2="14" />
  </svg>`;
}

/** What runs here, for how long and how large. */
export function systemSection({ leases, watchers, startedMs, hasUsers }: StatusPageData): Html {
  const nowMs = leases.clock();
  return html`<section aria-labelledby="system">
    <h2 id="system">This registry</h2>
    <dl class="figures">
      ${figure('Time', `${new Date(nowMs).toISOString().slice(11, 19)} UTC`)}
      ${figure('Up for', duration(nowMs - startedMs))} ${figure('Mode', leases.mode.name)}
      ${figure('Leases end', leases.preservation().active ? 'no' : 'yes')}
      ${figure('Watchers', watchers)} ${figure('Version', leases.version())}
      ${figure('Memory', `${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`)}
      ${figure('Processors', navigator.hardwareConcurrency)} ${figure('Peers', 'none')}
    </dl>
    ${
      hasUsers
        ? ''
        : html`<p>
            Started with <code>REGISTRY_USERS</code>, this page also takes instances out of service
            and evicts them.
          </p>`
    }
    <p>
      <a href="/eureka/apps">Instances as Eureka's clients see them</a>
      <a href="/metrics">Metrics</a>
    </p>
  </section>`;
}

function figure(name: string, value: string | number): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
