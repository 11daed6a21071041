/** The application and the instance that a path below `/eureka/apps/` or `/eureka/v2/apps/` names. */
export type InstancePath = {
  readonly app: string;
  readonly id: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
};

/**
 * Reads `…/apps/{app}/{id}` off a whole URL, with or without a slash at its end; undefined for any
 * other path. No router comes first, since renewals are nearly all that a registry hears.
 */
export function instancePathOf(url: string): InstancePath | undefined {
  const [, app, id, query = ''] = PATH.exec(url) ?? [];
  if (app === undefined || id === undefined) return undefined;
  return { app: decoded(app), id: decoded(id), query };
}

const PATH = /^\w+:\/\/[^/]+\/eureka\/(?:v2\/)?apps\/([^/?]+)\/([^/?]+)\/?(?:\?(.*))?$/;

/** The application that `…/apps/{app}` names; undefined for any other path. */
export function appPathOf(url: string): string | undefined {
  const app = APP_PATH.exec(url)?.[1];
  return app === undefined ? undefined : decoded(app);
}

const APP_PATH = /^\w+:\/\/[^/]+\/eureka\/(?:v2\/)?apps\/([^/?]+)\/?(?:\?.*)?$/;

/** What is not valid percent-encoding stands for itself. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
