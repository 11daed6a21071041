import {
  computed,
  linkedSignal,
  type Resource,
  type Signal,
  signal,
  type WritableSignal,
} from '@angular/core';
import type { SchemaFn } from '@angular/forms/signals';
import type { z } from 'zod';

import { staleRecord } from '../api/stale-record.ts';
import { type Change, changesOf, withMine } from './changes.ts';
import { type SentForm, sentForm } from './sent-form.ts';

/** What a form shows when the record was changed meanwhile, and the two ways on. */
export type Conflicting = {
  /** What somebody else changed in the meantime, so that the record was not saved. */
  readonly conflict: Signal<readonly Change[] | undefined>;
  /** Takes the record as the other one left it. */
  takeTheirs(): void;
  /** Puts what was typed here over what the other one left. */
  keepMine(): void;
};

export type RecordForm<R, T> = SentForm<T> &
  Conflicting & {
    /** As the server last gave it; undefined for a new one. */
    readonly record: Signal<R | undefined>;
    readonly model: WritableSignal<T>;
    /** Goes on with the record as it was saved, where the page stays. */
    saved(record: R): void;
  };

type Options<R, T> = {
  readonly loaded: Resource<R | undefined>;
  readonly record: z.ZodType<R>;
  /** What of a record is in the form, and what a new one starts with. */
  readonly inputOf: (record: R | undefined) => T;
  readonly schema: SchemaFn<T>;
  /** Saves, and leaves the page. */
  readonly send: (record: R | undefined) => Promise<unknown>;
};

/** The form of a record that somebody else may change meanwhile: 412 shows what they changed. */
export function recordForm<R, T>(options: Options<R, T>): RecordForm<R, T> {
  const { loaded, inputOf, schema, send } = options;
  const record = linkedSignal<R | undefined>(() =>
    loaded.hasValue() ? loaded.value() : undefined,
  );
  const model = linkedSignal(() => inputOf(record()));
  const theirs = signal<R | undefined>(undefined);
  const sent = sentForm(model, schema, async () => {
    theirs.set(undefined);
    try {
      await send(record());
    } catch (error) {
      const current = staleRecord(error, options.record);
      if (current === undefined) throw error;
      theirs.set(current);
    }
  });
  return {
    ...sent,
    record: record.asReadonly(),
    model,
    conflict: computed(() => {
      const current = theirs();
      return current && changesOf(inputOf(record()), inputOf(current));
    }),
    saved(now) {
      record.set(now);
      sent.settle();
    },
    takeTheirs() {
      record.set(theirs());
      theirs.set(undefined);
      sent.settle();
    },
    keepMine() {
      const current = theirs();
      const merged = withMine(inputOf(record()), model(), inputOf(current));
      record.set(current);
      model.set(merged);
      theirs.set(undefined);
    },
  };
}
