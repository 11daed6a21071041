import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { z } from 'zod';

type Write = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  /** The version that the change is made to, sent as `If-Match`. */
  readonly version?: number;
  /** Makes a POST repeatable; the same for every try of the same thing. */
  readonly key?: string;
};

/** Sends changes through the gateway and parses what comes back. Rejects with what Angular throws. */
@Service()
export class Api {
  readonly #http = inject(HttpClient);

  async write<T>(write: Write, reply: z.ZodType<T>): Promise<T> {
    return reply.parse(await this.#send(write));
  }

  async read<T>(url: string, reply: z.ZodType<T>): Promise<T> {
    return reply.parse(await firstValueFrom(this.#http.get(url)));
  }

  async remove(url: string, version: number): Promise<void> {
    await this.#send({ method: 'DELETE', url, version });
  }

  #send({ method, url, body, version, key }: Write): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (version !== undefined) headers['If-Match'] = `"${version}"`;
    if (key !== undefined) headers['Idempotency-Key'] = key;
    return firstValueFrom(this.#http.request(method, url, { body, headers }));
  }
}
