import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import type { ServicesView } from 'gateway/contract';

import { Language } from '../i18n/language.ts';
import { Chip } from '../ui/chip.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { PageHeader } from '../ui/page-header.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { liveServices } from './live-services.ts';

/** The services and their instances, as they come and go. */
@Component({
  selector: 'app-services-page',
  imports: [Chip, EmptyState, MatButton, MatIcon, PageHeader, Skeleton],
  templateUrl: './services-page.html',
  styleUrl: './services-page.scss',
})
export class ServicesPage {
  protected readonly t = inject(Language).t;
  protected readonly live = liveServices();
  protected readonly isStatic = computed(() => this.live.view()?.routes === 'static');
  /** The static table works without a registry, so there nothing counts as missing. */
  protected readonly services = computed(() => {
    const known = this.live.view()?.services ?? [];
    return this.isStatic() ? known : withMissing(known);
  });

  protected title(service: string): string {
    const names: Record<string, string> = this.t().services.names;
    return names[service] ?? service;
  }
}

/** What the company's work needs; one that is not known shows as missing rather than not at all. */
const NEEDED = ['billing-service', 'customer-service', 'inventory-service'];

type Services = ServicesView['services'];

function withMissing(services: Services): Services {
  const missing = NEEDED.filter((name) => services.every((service) => service.name !== name));
  return [...services, ...missing.map((name) => ({ name, instances: [] }))].toSorted((a, b) =>
    a.name.localeCompare(b.name),
  );
}
