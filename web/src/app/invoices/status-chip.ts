import { Component, computed, inject, input } from '@angular/core';
import type { InvoiceSummary } from 'billing/invoice-contract';

import { Language } from '../i18n/language.ts';
import { Chip, type ChipTone } from '../ui/chip.ts';
import type { IconName } from '../ui/icons.ts';
import { today } from './today.ts';

type Statused = Pick<InvoiceSummary, 'status' | 'dueDate' | 'creditedMinor' | 'balanceMinor'> & {
  readonly grossMinor: number;
};

/** What an invoice's state is to a person: its status, and for an open one what came of it. */
export type ShownStatus = InvoiceSummary['status'] | 'overdue' | 'partial' | 'credited';

const LOOKS: Record<ShownStatus, { tone: ChipTone; icon: IconName }> = {
  draft: { tone: 'muted', icon: 'edit_note' },
  open: { tone: 'info', icon: 'schedule' },
  partial: { tone: 'info', icon: 'payments' },
  credited: { tone: 'info', icon: 'receipt_long' },
  overdue: { tone: 'warn', icon: 'warning' },
  paid: { tone: 'good', icon: 'check_circle' },
  void: { tone: 'muted', icon: 'block' },
  uncollectible: { tone: 'bad', icon: 'error' },
};

@Component({
  selector: 'app-status-chip',
  imports: [Chip],
  template: `
    <app-chip [tone]="look().tone" [icon]="look().icon">
      {{ t().invoices.statuses[shown()] }}
    </app-chip>
  `,
})
export class StatusChip {
  readonly invoice = input.required<Statused>();

  protected readonly t = inject(Language).t;
  protected readonly shown = computed(() => shownStatus(this.invoice(), today()));
  protected readonly look = computed(() => LOOKS[this.shown()]);
}

export function shownStatus(invoice: Statused, day: string): ShownStatus {
  const { status, dueDate, grossMinor, creditedMinor, balanceMinor } = invoice;
  if (status !== 'open') return status;
  if (dueDate !== null && dueDate < day) return 'overdue';
  if (balanceMinor < grossMinor - creditedMinor) return 'partial';
  return creditedMinor > 0 ? 'credited' : 'open';
}
