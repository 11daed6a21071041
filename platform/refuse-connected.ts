import { connect, type Database } from './database.ts';
import { connectionsTo } from './restore-store.ts';

/** Throws in one line while anybody uses one of the databases. */
export async function refuseInUse(
  server: string,
  databases: readonly { readonly name: string }[],
): Promise<void> {
  const admin = connect(server, { maxConnections: 1 });
  try {
    await refuseConnected(
      admin,
      databases.map(({ name }) => name),
    );
  } finally {
    await admin.end({ timeout: 1 });
  }
}

/** The same, asked by a connection that is open. */
export async function refuseConnected(admin: Database, names: readonly string[]): Promise<void> {
  let count = await connectionsTo(admin, names);
  // The server takes a moment to see that somebody has left.
  for (let wait = 0; count > 0 && wait < LEAVING_LIMIT_MS; wait += LEAVING_POLL_MS) {
    await Bun.sleep(LEAVING_POLL_MS);
    count = await connectionsTo(admin, names);
  }
  if (count === 0) return;
  throw new Error(
    `${count} connections to ${names.join(', ')} are open: stop the services first, nothing was changed`,
  );
}

const LEAVING_LIMIT_MS = 1000;
const LEAVING_POLL_MS = 50;
