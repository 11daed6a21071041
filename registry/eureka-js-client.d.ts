declare module 'eureka-js-client' {
  type Instance = Readonly<Record<string, unknown>> & { readonly hostName: string };
  type Config = {
    readonly instance: object;
    readonly eureka: Readonly<Record<string, unknown>>;
    readonly shouldUseDelta?: boolean;
    readonly logger?: Readonly<Record<'debug' | 'info' | 'warn' | 'error', () => void>>;
  };
  export class Eureka {
    constructor(config: Config);
    start(done: (error: Error | null) => void): void;
    stop(done: () => void): void;
    getInstancesByAppId(appId: string): Instance[];
    getInstancesByVipAddress(address: string): Instance[];
    on(event: string, listener: () => void): void;
  }
}
