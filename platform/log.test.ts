import { expect, test } from 'bun:test';

/** Logging is set up for a whole process, so each case runs in one of its own. */
async function linesOf(program: string): Promise<Record<string, unknown>[]> {
  const modules = `
    import { createLog } from '${import.meta.dir}/log.ts';
    import { contextOf, withContext } from '${import.meta.dir}/request-context.ts';
  `;
  const child = Bun.spawn([process.execPath, '-e', modules + program], { stdout: 'pipe' });
  const text = await child.stdout.text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('a line is one JSON object with its fields at the top', async () => {
  const [line] = await linesOf(`
    createLog({ name: 'shelf', level: 'info' }).info('Put {item} away', { item: 'cup', boards: 2 });
  `);
  expect(line).toMatchObject({
    level: 'INFO',
    logger: 'shelf',
    message: 'Put cup away',
    boards: 2,
  });
});

test('every line of a request carries its request id and trace id', async () => {
  const [line] = await linesOf(`
    const log = createLog({ name: 'shelf', level: 'info' });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const request = new Request('http://shelf.test', { headers: { 'x-request-id': 'r1', traceparent } });
    withContext(contextOf(request), () => log.warn('Creaks'));
  `);
  expect(line).toMatchObject({ requestId: 'r1', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' });
});

test('an error is written with its stack and its cause', async () => {
  const [line] = await linesOf(`
    const error = new Error('fell down', { cause: new Error('too heavy') });
    createLog({ name: 'shelf', level: 'info' }).error('Broken', { error });
  `);
  expect(line?.['error']).toMatchObject({ message: 'fell down', cause: { message: 'too heavy' } });
});

test('lines below the level are left out', async () => {
  const lines = await linesOf(`
    const log = createLog({ name: 'shelf', level: 'warning' });
    log.info('no');
    log.warn('yes');
  `);
  expect(lines.map(({ message }) => message)).toEqual(['yes']);
});
