import {
  configureSync,
  type ContextLocalStorage,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
  type LogLevel,
  type LogRecord,
} from '@logtape/logtape';

import { currentContext } from './request-context.ts';

export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'fatal'] as const;

/**
 * Sets up logging for the whole process: readable lines on a terminal, one JSON object a line
 * elsewhere. The request id and the trace id of the request being handled are added by themselves.
 */
export function createLog({ name, level }: { name: string; level: LogLevel }): Log {
  const format = process.stdout.isTTY
    ? getAnsiColorFormatter({ timestamp: 'time', format: readableLine })
    : getJsonLinesFormatter({ properties: 'flatten' });
  configureSync({
    reset: true,
    sinks: { stdout: (record) => process.stdout.write(format(withPlainMessage(record))) },
    loggers: [
      { category: [], sinks: ['stdout'], lowestLevel: level },
      { category: ['silent'], sinks: [], parentSinks: 'override' },
      { category: ['logtape', 'meta'], sinks: ['stdout'], lowestLevel: 'error' },
    ],
    contextLocalStorage: requestFields,
  });
  return getLogger(name);
}

/** The formatters would put each value of a message in quotes, which makes lines hard to read. */
function withPlainMessage(record: LogRecord): LogRecord {
  const words = record.message.map((part) => (typeof part === 'string' ? part : Bun.inspect(part)));
  return { ...record, message: [words.join('')] };
}

/** A log that keeps silent, for tests and libraries. */
export const silentLog: Log = getLogger('silent');

const requestFields: ContextLocalStorage<Record<string, unknown>> = {
  getStore: () => currentContext()?.logFields,
  run: (_fields, callback) => callback(),
};

function readableLine(values: {
  timestamp: string | null;
  level: string;
  category: string;
  message: string;
  record: { properties: Record<string, unknown> };
}): string {
  const fields = Object.entries(values.record.properties).map(([key, value]) =>
    readableField(key, value),
  );
  return [values.timestamp, values.level, values.category, values.message, ...fields].join(' ');
}

function readableField(key: string, value: unknown): string {
  if (value instanceof Error) return `${key}=${value.stack ?? value.message}`;
  return `${key}=${typeof value === 'string' ? value : Bun.inspect(value)}`;
}
