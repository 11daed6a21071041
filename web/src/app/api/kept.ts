import { linkedSignal, type Resource, type Signal } from '@angular/core';

/** The last value that a resource had: while the next page loads, the one before stays visible. */
export function kept<T>(resource: Resource<T | undefined>): Signal<T | undefined> {
  return linkedSignal<T | undefined, T | undefined>({
    source: () => (resource.hasValue() ? resource.value() : undefined),
    computation: (value, previous) => value ?? previous?.value,
  });
}
