import { Component, computed, inject, input } from '@angular/core';
import type { InvoiceLine } from 'billing/invoice-contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';

/** The lines of an invoice or a credit note. */
@Component({
  selector: 'app-document-lines',
  styleUrl: './document-lines.scss',
  template: `
    @let words = t().invoices;
    <table class="data-table unsorted" role="table" [attr.aria-label]="words.lines">
      <thead>
        <tr role="row">
          <th scope="col">{{ words.description }}</th>
          <th scope="col" class="number">{{ words.quantity }}</th>
          <th scope="col" class="number">
            {{ pricesIncludeVat() ? words.unitPriceGross : words.unitPrice }}
          </th>
          @if (hasDiscount()) {
            <th scope="col" class="number">{{ words.discountShort }}</th>
          }
          <th scope="col" class="number">{{ words.vatShort }}</th>
          <th scope="col" class="number">{{ words.net }}</th>
        </tr>
      </thead>
      <tbody>
        @for (line of lines(); track $index) {
          <tr role="row">
            <td role="cell" class="what">
              {{ line.description }}
              <span class="sku">{{ line.sku }}</span>
            </td>
            <td role="cell" class="number quantity">
              {{ formats.number(line.quantity) }} {{ line.unit }}
            </td>
            <td role="cell" class="number price">
              {{ formats.price(line.unitPrice, currency()) }}
            </td>
            @if (hasDiscount()) {
              <td role="cell" class="number discount">
                {{ line.discountBp ? '−' + formats.percent(line.discountBp) : '' }}
              </td>
            }
            <td role="cell" class="number vat">{{ formats.vat(line) }}</td>
            <td role="cell" class="number net">
              {{ formats.money(line.netMinor, currency()) }}
            </td>
          </tr>
        }
      </tbody>
    </table>
  `,
})
export class DocumentLines {
  readonly lines = input.required<readonly InvoiceLine[]>();
  readonly currency = input.required<string>();
  readonly pricesIncludeVat = input(false);

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly hasDiscount = computed(() =>
    this.lines().some(({ discountBp }) => discountBp > 0),
  );
}
