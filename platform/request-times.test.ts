import { expect, test } from 'bun:test';

import { createRequestTimes } from './request-times.ts';

test('operations without end are counted as one beyond what is kept', () => {
  const times = createRequestTimes({ name: 't', help: 'h', labels: { worker: '1' } });
  for (let n = 0; n < 20_100; n += 1) times.observe(`route-${n}`, 'GET', 200, 0);
  times.observe('route-1', 'GET', 200, 0);
  const counts = times
    .text()
    .split('\n')
    .filter((line) => line.startsWith('t_count'));
  expect(counts).toHaveLength(20_001);
  expect(counts).toContain('t_count{operation="other",method="GET",status="200",worker="1"} 100');
  expect(counts).toContain('t_count{operation="route-1",method="GET",status="200",worker="1"} 2');
});

test('text() is a Prometheus histogram, with the buckets added up', () => {
  const times = createRequestTimes({ name: 'took_seconds', help: 'Time' });
  times.observe('get', 'GET', 200, 0.001);
  times.observe('get', 'GET', 200, 0.3);
  times.observe('get', 'GET', 200, 60);
  times.observe('get', 'GET', 404, 0.002);
  const lines = times.text().split('\n');
  expect(lines.slice(0, 2)).toEqual(['# HELP took_seconds Time', '# TYPE took_seconds histogram']);
  const labels = 'operation="get",method="GET",status="200"';
  expect(lines).toContain(`took_seconds_bucket{le="0.001",${labels}} 1`);
  expect(lines).toContain(`took_seconds_bucket{le="0.25",${labels}} 1`);
  expect(lines).toContain(`took_seconds_bucket{le="0.5",${labels}} 2`);
  expect(lines).toContain(`took_seconds_bucket{le="5",${labels}} 2`);
  expect(lines).toContain(`took_seconds_bucket{le="+Inf",${labels}} 3`);
  expect(lines).toContain(`took_seconds_sum{${labels}} 60.301`);
  expect(lines).toContain(`took_seconds_count{${labels}} 3`);
  expect(lines).toContain('took_seconds_count{operation="get",method="GET",status="404"} 1');
});

test('text() quotes what a label may not hold as it is', () => {
  const times = createRequestTimes({ name: 'took_seconds', help: 'Time' });
  times.observe('a"b\\c\nd', 'GET', 200, 1);
  expect(times.text()).toContain('operation="a\\"b\\\\c\\nd"');
});
