import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { CustomersApi } from './customers-api.ts';

/** What a customer owes and was invoiced, per currency; each sum leads to its invoices. */
@Component({
  selector: 'app-customer-balance',
  imports: [ProblemBanner, RouterLink, Skeleton],
  styleUrl: './customer-balance.scss',
  template: `
    @let words = t().customers;
    <section class="card" aria-labelledby="balance">
      <h2 id="balance">{{ words.balance }}</h2>
      @if (problem(); as problem) {
        <app-problem-banner [problem]="problem" (retry)="figures.reload()" />
      } @else if (figures.hasValue()) {
        @for (sums of figures.value().currencies; track sums.currency) {
          @let of = { customerId: customerId(), currency: sums.currency };
          <dl>
            <div class="main">
              <dt>{{ words.outstanding }}</dt>
              <dd>
                <a routerLink="/invoices" [queryParams]="{ status: 'open', ...of }">
                  {{ formats.money(sums.outstandingMinor, sums.currency) }}
                </a>
              </dd>
            </div>
            @if (sums.overdueMinor > 0) {
              <div class="late">
                <dt>{{ words.overdue }}</dt>
                <dd>
                  <a routerLink="/invoices" [queryParams]="{ state: 'overdue', ...of }">
                    {{ formats.money(sums.overdueMinor, sums.currency) }}
                  </a>
                </dd>
              </div>
            }
            <div>
              <dt>{{ words.invoiced }}</dt>
              <dd>
                <a routerLink="/invoices" [queryParams]="of">
                  {{ formats.money(sums.grossMinor, sums.currency) }}
                </a>
              </dd>
            </div>
            <div>
              <dt>{{ words.collected }}</dt>
              <dd>{{ formats.money(sums.collectedMinor, sums.currency) }}</dd>
            </div>
          </dl>
        } @empty {
          <p class="muted">{{ words.neverInvoiced }}</p>
        }
      } @else {
        <app-skeleton [lines]="3" />
      }
    </section>
  `,
})
export class CustomerBalance {
  readonly customerId = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly figures = inject(CustomersApi).figures(this.customerId);
  protected readonly problem = loadProblem(this.figures);
}
