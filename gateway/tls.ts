import { cannotStart } from 'platform/cannot-start';
import type { ServerOptions } from 'platform/service';

type TlsFiles = {
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
};

/** TLS with HTTP/2 where both files are named; a file that is missing ends the process. */
export async function tlsOptions(files: TlsFiles): Promise<Pick<ServerOptions, 'tls' | 'http2'>> {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = files;
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined)
    return cannotStart('TLS_CERT_FILE and TLS_KEY_FILE are needed together');
  for (const path of [cert, key]) {
    if (!(await Bun.file(path).exists())) return cannotStart(`'${path}' is no file`);
  }
  return { tls: { cert: Bun.file(cert), key: Bun.file(key) }, http2: true };
}
