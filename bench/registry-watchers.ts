import type { Socket } from 'bun';

/** Many open streams of `/watch`, of which one wants to know when all have heard something. */
export async function openWatchers(port: number, count: number) {
  let [pending, all] = [0, Promise.withResolvers<number>()];
  const open = Promise.withResolvers<void>();
  let [opened, received] = [0, 0];

  const sockets = await Promise.all(
    Array.from({ length: count }, async () =>
      Bun.connect<{ isOpen: boolean }>({
        hostname: '127.0.0.1',
        port,
        data: { isOpen: false },
        socket: { data: take },
      }),
    ),
  );
  for (const socket of sockets) socket.write('GET /watch HTTP/1.1\r\nHost: registry\r\n\r\n');
  await open.promise;
  // Each reads a snapshot of all instances first.
  for (let before = -1; before !== received;) {
    before = received;
    await Bun.sleep(500);
  }

  function take(socket: Socket<{ isOpen: boolean }>, bytes: Buffer) {
    received += bytes.length;
    if (!socket.data.isOpen) {
      socket.data.isOpen = true;
      opened += 1;
      if (opened === count) open.resolve();
      return;
    }
    if (!bytes.includes('event: change')) return;
    pending -= 1;
    if (pending === 0) all.resolve(performance.now());
  }

  return {
    /** Resolves with the time at which the last watcher heard of the next change. */
    allHear(): Promise<number> {
      pending = count;
      all = Promise.withResolvers<number>();
      return all.promise;
    },
    close() {
      for (const socket of sockets) socket.end();
    },
  };
}
