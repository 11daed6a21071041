import { expect, test } from 'bun:test';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';

import { instanceJson } from './eureka-json.ts';
import { EurekaFull } from './eureka-schema.ts';
import { instanceOfXml, instanceXml } from './eureka-xml.ts';
import { gzipOf, piece } from './gzip-pieces.ts';
import type { Entry, Instance } from './instance.ts';
import { readInstance } from './registration.ts';
import { instance } from './testing.ts';
import { decodeName, encodeName } from './xml-names.ts';

const NOW_MS = 1_800_000_000_000;
/** Many runs on a busy machine. */
const PATIENCE_MS = 60_000;

/** Text as XML can hold it: without control characters and halves of pairs. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((value) => value.isWellFormed() && !/\p{Cc}|[\uFFFE\uFFFF]/u.test(value));
const status = fc.constantFrom('UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN');
const port = fc.record({
  $: fc.integer({ min: 0, max: 65_535 }),
  '@enabled': fc.constantFrom('true', 'false'),
});
const map = fc.dictionary(
  text.filter((key) => !['@class', '__proto__', 'instanceId'].includes(key)),
  text,
);
const dataCenterInfo = fc.oneof(
  fc.constant({ name: 'MyOwn' }),
  fc.record({ name: fc.constant('Amazon'), metadata: map }),
);
const registered: fc.Arbitrary<Instance> = fc
  .record({
    status,
    overriddenStatus: status,
    port,
    securePort: port,
    dataCenterInfo,
    metadata: map,
    homePageUrl: text,
    vipAddress: text,
    lastDirtyTimestamp: fc.integer({ min: 1, max: NOW_MS }),
  })
  .map((fields) => instance({ app: 'ORDERS', ...fields }, NOW_MS));

const times = { registeredMs: 1, renewedMs: 2, evictedMs: 3, upSinceMs: 4 };
const entryOf = (instance: Instance): Entry => ({
  version: 1,
  action: 'ADDED',
  instance,
  times,
  texts: {},
});

test(
  'case 44: what JSON says reads back as it was, and holds nothing else',
  () => {
    fc.assert(
      fc.property(registered, (instance) => {
        const { instance: raw } = EurekaFull.instance.parse(
          JSON.parse(`{"instance":${instanceJson(entryOf(instance))}}`),
        );
        expect(readInstance(raw, { nowMs: NOW_MS, strict: true })).toEqual(instance);
      }),
    );
  },
  PATIENCE_MS,
);

test(
  'case 44: what XML says reads back as it was',
  () => {
    fc.assert(
      fc.property(registered, (instance) => {
        const raw = instanceOfXml(instanceXml(entryOf(instance)));
        expect(readInstance(raw, { nowMs: NOW_MS, strict: true })).toEqual(instance);
      }),
    );
  },
  PATIENCE_MS,
);

test(
  'any text is legal in XML, though what XML cannot hold is not kept',
  () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const metadata = { [key || 'k']: value, last: 'here' };
        const made = instance({ app: 'ORDERS', metadata }, NOW_MS);
        expect(instanceOfXml(instanceXml(entryOf(made)))).toMatchObject({
          metadata: { last: 'here' },
        });
      }),
    );
  },
  PATIENCE_MS,
);

test(
  'names are escaped as XStream does',
  () => {
    expect(encodeName('a_b')).toBe('a__b');
    expect(encodeName('a$b')).toBe('a_-b');
    expect(encodeName('@class')).toBe('_.0040class');
    expect(encodeName('a b')).toBe('a_.0020b');
    expect(encodeName('9lives')).toBe('_.0039lives');
    expect(encodeName('management.port')).toBe('management.port');
    expect(decodeName('a_b')).toBe('a_b');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => decodeName(encodeName(name)) === name),
    );
  },
  PATIENCE_MS,
);

test(
  'pieces compressed on their own are one gzip file of one member',
  () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const file = gzipOf(texts.map((each) => piece(each)));
        expect(gunzipSync(file).toString()).toBe(texts.join(''));
        // Bun's own reader checks length and checksum of a single member.
        expect(Buffer.from(Bun.gunzipSync(file)).toString()).toBe(texts.join(''));
      }),
    );
  },
  PATIENCE_MS,
);
