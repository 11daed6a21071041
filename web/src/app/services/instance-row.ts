import { Component, computed, inject, input } from '@angular/core';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { Chip, type ChipTone } from '../ui/chip.ts';
import type { IconName } from '../ui/icons.ts';
import type { ShownInstance } from './service-cards.ts';

const LOOKS: Record<'up' | 'set-aside' | 'returning', { tone: ChipTone; icon: IconName }> = {
  up: { tone: 'good', icon: 'check_circle' },
  'set-aside': { tone: 'bad', icon: 'cloud_off' },
  returning: { tone: 'warn', icon: 'schedule' },
};

/** An instance: where it is, whether it gets requests, how many are under way, and why it gets none. */
@Component({
  selector: 'app-instance-row',
  imports: [Chip],
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0.125rem 0.75rem;
      align-items: start;
    }

    .address {
      font-weight: 500;
    }

    .muted,
    .why {
      grid-column: 1 / -1;
      font-size: 0.8125rem;
    }

    .why {
      color: var(--app-bad);
    }
  `,
  template: `
    @let words = t().services;
    <span class="address">{{ instance().url }}</span>
    @if (look(); as look) {
      <app-chip [tone]="look.tone" [icon]="look.icon">{{ words.states[look.state] }}</app-chip>
    }
    <span class="muted">
      {{ instance().id }}
      @if (instance().pending; as pending) {
        · {{ words.pending(pending) }}
      }
    </span>
    @if (instance().setAside; as aside) {
      <span class="why">
        {{ words.setAside(aside.reason, aside.times, formats.time(aside.until)) }}
      </span>
    }
  `,
})
export class InstanceRow {
  readonly instance = input.required<ShownInstance>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly look = computed(() => {
    const { state } = this.instance();
    return state && { state, ...LOOKS[state] };
  });
}
