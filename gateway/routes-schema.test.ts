import { expect, test } from 'bun:test';

import { routesSchema, SCHEMA_FILE } from './routes-schema.ts';

test('routes.schema.json is what the routes are checked by (bun gateway/routes-schema.ts)', async () => {
  expect(JSON.parse(await Bun.file(SCHEMA_FILE).text())).toEqual(JSON.parse(routesSchema()));
});
