export type StartFlags = {
  /** Reload what changes, for who works on it. */
  readonly watch: boolean;
  /** Only build what a start would build. */
  readonly build: boolean;
  readonly without: ReadonlySet<string>;
};

/** Reads `--watch`, `--build` and `--without a,b`, of the parts named `names`; throws on all else. */
export function readFlags(words: readonly string[], names: readonly string[]): StartFlags {
  const rest = words.filter((word) => word !== '--watch' && word !== '--build').join(' ');
  const list = /^--without[= ](\S+)$/.exec(rest)?.[1];
  if (rest !== '' && list === undefined) {
    throw new Error(
      `Unknown '${rest}': there are --watch, --build and --without ${names.join(',')}`,
    );
  }
  const without = new Set(list?.split(','));
  const unknown = [...without].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no part '${unknown}' to leave out: there are ${names.join(', ')}`);
  }
  return { watch: words.includes('--watch'), build: words.includes('--build'), without };
}

/** The port that the variable names, else the fallback; throws when it names none. */
export function readPort(variable: string, value: string | undefined, fallback: number): number {
  const port = Number(value || fallback);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${variable} must be a port from 0 to 65535 (is '${value}')`);
}
