import { cannotStart } from './cannot-start.ts';

const EXPORTERS = ['otlp', 'console', 'none'] as const;
const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

export type TraceExporter = Exclude<(typeof EXPORTERS)[number], 'none'>;
export type OtlpProtocol = (typeof PROTOCOLS)[number];
export type SamplerName = (typeof SAMPLERS)[number];

/** What the standard variables of OpenTelemetry ask for, as far as its packages do not read them. */
export type TracingSettings = {
  readonly exporters: readonly TraceExporter[];
  readonly protocol: OtlpProtocol;
  readonly sampler: SamplerName;
  /** How many of all traces a sampler by ratio takes, 0 to 1. */
  readonly ratio: number;
  readonly batch: {
    readonly scheduledDelayMillis: number;
    readonly exportTimeoutMillis: number;
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
  };
  /**
   * What was set and is not understood. It is passed over, as OpenTelemetry wants it: the same variables
   * are set for programs that know more, such as gRPC.
   */
  readonly complaints: readonly string[];
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Undefined when no traces are wanted: neither an exporter nor the address of a collector is set,
 * or all of it is switched off. An address that is none ends the process: nothing could go there.
 */
export function tracingSettings(env: Env = Bun.env): TracingSettings | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const { oneOf, numberOf, complaints } = lenientReader(env);
  const fallback = ADDRESSES.some((variable) => env[variable]) ? 'otlp' : 'none';
  const names = env['OTEL_TRACES_EXPORTER']?.split(',').map((name) => name.trim()) ?? [''];
  const exporters = names.map((name) => oneOf('OTEL_TRACES_EXPORTER', EXPORTERS, fallback, name));
  const wanted = new Set(exporters.filter((name) => name !== 'none'));
  if (wanted.size === 0) return undefined;
  // OpenTelemetry's packages read them themselves.
  if (wanted.has('otlp')) for (const variable of ADDRESSES) assertAddress(variable, env[variable]);
  return {
    exporters: [...wanted],
    protocol: oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', PROTOCOLS, 'http/protobuf'),
    sampler: oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on'),
    ratio: numberOf('OTEL_TRACES_SAMPLER_ARG', 1),
    batch: {
      scheduledDelayMillis: numberOf('OTEL_BSP_SCHEDULE_DELAY', 5000),
      exportTimeoutMillis: numberOf('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
      maxQueueSize: numberOf('OTEL_BSP_MAX_QUEUE_SIZE', 2048),
      maxExportBatchSize: numberOf('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    },
    complaints,
  };
}

const ADDRESSES = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** By hand: every server loads this, and zod's types cost whoever checks them. */
function assertAddress(variable: string, value = ''): void {
  if (value !== '' && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
    cannotStart(`${variable}: Must be an address such as http://localhost:4318 (is '${value}')`);
}

/** What does not fit is replaced by what holds without it, and noted. */
function lenientReader(env: Env) {
  const complaints: string[] = [];
  const passOver = (variable: string, value: string, fallback: unknown) =>
    complaints.push(
      `${variable} is '${value}', which is not understood: going by '${String(fallback)}'`,
    );
  return {
    complaints,
    oneOf: <const T extends string>(
      variable: string,
      values: readonly T[],
      fallback: NoInfer<T>,
      value = env[variable] ?? '',
    ): T => {
      const found = values.find((known) => known === value.toLowerCase());
      if (found === undefined && value !== '') passOver(variable, value, fallback);
      return found ?? fallback;
    },
    numberOf: (variable: string, fallback: number): number => {
      const value = env[variable] ?? '';
      const number = Number(value);
      if (value === '') return fallback;
      if (number >= 0) return number;
      passOver(variable, value, fallback);
      return fallback;
    },
  };
}
