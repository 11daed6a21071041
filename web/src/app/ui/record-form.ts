import { computed, linkedSignal, type Resource, type Signal, signal } from '@angular/core';
import type { WritableSignal } from '@angular/core';
import type { SchemaOrSchemaFn } from '@angular/forms/signals';
import type { z } from 'zod';

import { draftKey } from '../api/draft-key.ts';
import { staleRecord } from '../api/stale-record.ts';
import { type Change, changesOf, withMine } from './changes.ts';
import { type SentForm, sentForm } from './sent-form.ts';
import { warnBeforeClosing } from './unsaved-guard.ts';

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
    /** As somebody else left it, while what was typed here waits. */
    readonly theirs: Signal<R | undefined>;
    readonly model: WritableSignal<T>;
  };

type Options<R, T> = {
  readonly loaded: Resource<R | undefined>;
  readonly record: z.ZodType<R>;
  /** What of a record is in the form, and what a new one starts with. */
  readonly inputOf: (record: R | undefined) => T;
  readonly schema: SchemaOrSchemaFn<T>;
  /** The key is the same however often a new record is sent, so that it is made once. */
  readonly create?: (input: T, key: string) => Promise<R>;
  readonly update: (record: R, input: T) => Promise<R>;
  /** What comes after saving; nothing is unsaved by then. */
  readonly done?: (record: R, isNew: boolean) => unknown;
  /** The input as a person compares it with another one; as it is, where nothing is said. */
  readonly shownOf?: (input: T) => unknown;
};

/** The form of a record that somebody else may change meanwhile: 412 shows what they changed. */
export function recordForm<R, T>(options: Options<R, T>): RecordForm<R, T> {
  const { loaded, inputOf, shownOf = inputAsIs } = options;
  const key = draftKey();
  const record = linkedSignal<R | undefined>(() =>
    loaded.hasValue() ? loaded.value() : undefined,
  );
  const model = linkedSignal(() => inputOf(record()));
  const theirs = signal<R | undefined>(undefined);
  const sent = sentForm(model, options.schema, send);
  warnBeforeClosing(sent);
  return {
    ...sent,
    record: record.asReadonly(),
    theirs: theirs.asReadonly(),
    model,
    conflict: computed(() => {
      const current = theirs();
      return current && changesOf(shownOf(inputOf(record())), shownOf(inputOf(current)));
    }),
    takeTheirs: () => goOnWith(theirs()),
    keepMine() {
      const current = theirs();
      const merged = withMine(inputOf(record()), model(), inputOf(current));
      record.set(current);
      model.set(merged);
      theirs.set(undefined);
    },
  };

  async function send(): Promise<void> {
    const known = record();
    theirs.set(undefined);
    try {
      const saved = await (known === undefined
        ? options.create?.(model(), key)
        : options.update(known, model()));
      if (saved === undefined) return;
      goOnWith(saved);
      await options.done?.(saved, known === undefined);
    } catch (error) {
      const current = staleRecord(error, options.record);
      if (current === undefined) throw error;
      theirs.set(current);
    }
  }

  function goOnWith(current: R | undefined): void {
    record.set(current);
    theirs.set(undefined);
    sent.settle();
  }
}

const inputAsIs = (input: unknown) => input;
