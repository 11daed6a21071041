/** One registry, from its entry in `EUREKA_URL`. */
export type RegistryEndpoint = {
  /** Without a password, for logs. */
  readonly name: string;
  /** Where `/apps` stands below, such as `http://host:8761/eureka`. */
  readonly eurekaUrl: string;
  /** The push of our own registry, beside `/eureka` rather than below it. */
  readonly watchUrl: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** `http://name:password@host` becomes basic authentication, as in every Eureka client. */
export function registryEndpoint(url: string): RegistryEndpoint {
  const parsed = new URL(url);
  const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  parsed.username = '';
  parsed.password = '';
  const eurekaUrl = parsed.href.replace(/\/+$/, '');
  return {
    name: eurekaUrl,
    eurekaUrl,
    watchUrl: `${eurekaUrl.replace(/\/eureka(\/v2)?$/, '')}/watch`,
    headers:
      credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toBase64()}` },
  };
}

/** The `fetch` of whoever talks to a registry; tests bring their own. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * How long to wait before the next try after so many failures in a row: short enough that nobody
 * notices a registry's restart, spread so that not everybody comes back in the same moment.
 */
export function retryDelayMs(failuresInARow: number, random: () => number = Math.random): number {
  const ceilingMs = Math.min(100 * 2 ** failuresInARow, 1000);
  return ceilingMs * (0.5 + random() / 2);
}

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done, { once: true });
  return promise;

  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
}
