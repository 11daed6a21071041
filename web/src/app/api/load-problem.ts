import { computed, type Resource, type Signal } from '@angular/core';
import type { Problem } from 'platform/contract';

import { problemOf } from './problem-of.ts';

/** Why a resource could not be loaded; undefined while it can. */
export function loadProblem(resource: Resource<unknown>): Signal<Problem | undefined> {
  return computed(() => {
    const error = resource.error();
    return error && problemOf(error);
  });
}
