/** Who a server started by root runs as: PostgreSQL refuses to run as root. */
export type Account = { readonly uid: number; readonly gid: number };

/**
 * The account for the server; undefined when we are not root and it runs as ourselves. `postgres`
 * is taken where it is there, made where it can be, and else `nobody` must do.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = accountOf('postgres') ?? createAccount('postgres') ?? accountOf('nobody');
  if (found === undefined) {
    throw new Error(
      "PostgreSQL does not run as root and no user 'postgres' can be made: start as another user, or set DATABASE_URL",
    );
  }
  return found;
}

/** Whether the account can read and enter `path`; asked by trying, as only the system knows. */
export function canReach(path: string, account: Account): boolean {
  const check = ['sh', '-c', 'test -r "$0" && test -x "$0"', path];
  return run(check, account) !== undefined;
}

function accountOf(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number.parseInt(run(['id', flag, name]) ?? '', 10));
  return uid && gid ? { uid, gid } : undefined;
}

function createAccount(name: string): Account | undefined {
  run(['useradd', '--system', '--user-group', '--shell', '/usr/sbin/nologin', name]);
  return accountOf(name);
}

/** What the command prints; undefined when it fails or is not there. */
function run(command: string[], account?: Account): string | undefined {
  try {
    const { success, stdout } = Bun.spawnSync(command, { cwd: '/', stderr: 'ignore', ...account });
    return success ? stdout.toString() : undefined;
  } catch {
    return undefined;
  }
}
