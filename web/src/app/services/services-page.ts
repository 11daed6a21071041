import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';

import { Language } from '../i18n/language.ts';
import { Chip } from '../ui/chip.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { PageHeader } from '../ui/page-header.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { InstanceRow } from './instance-row.ts';
import { liveServices } from './live-services.ts';
import { serviceCards } from './service-cards.ts';

/** The services and their instances, as they come and go and as the gateway finds them. */
@Component({
  selector: 'app-services-page',
  imports: [Chip, EmptyState, InstanceRow, MatButton, MatIcon, PageHeader, Skeleton],
  templateUrl: './services-page.html',
  styleUrl: './services-page.scss',
})
export class ServicesPage {
  protected readonly t = inject(Language).t;
  protected readonly live = liveServices();
  protected readonly isStatic = computed(() => this.live.services()?.routes === 'static');
  protected readonly cards = computed(() => {
    const view = this.live.services();
    return view && serviceCards(view, this.live.upstreams()?.upstreams ?? []);
  });

  protected title(service: string): string {
    const names: Record<string, string> = this.t().services.names;
    return names[service] ?? service;
  }
}
