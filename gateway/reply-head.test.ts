import { describe, expect, test } from 'bun:test';

import { readReplyHead } from './reply-head.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe('the connection of a reply', () => {
  const length = 'Content-Length: 2\r\n';
  test.each([
    ['is used again', OK + length, 4000],
    [
      'is used for as long as the server says, less a second',
      `${OK}Keep-Alive: timeout=2, max=9\r\n${length}`,
      1000,
    ],
    ['is not used when the server closes it', `${OK}Connection: x, Close\r\n${length}`, 0],
    [
      'of HTTP/1.0 is used when the server says so',
      `HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n${length}`,
      4000,
    ],
    ['of HTTP/1.0 is not used else', `HTTP/1.0 200 OK\r\n${length}`, 0],
    [
      'of HTTP/1.0 is not used after chunks, which it does not know',
      `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${CHUNKED}`,
      0,
    ],
    ['is not used when the end could be read in two ways', OK + CHUNKED + length, 0],
    ['is not used after a 204 that speaks of a body', `HTTP/1.1 204 No Content\r\n${length}`, 0],
    ['is not used after a 204 in chunks', `HTTP/1.1 204 No Content\r\n${CHUNKED}`, 0],
    ['is not used after a 304 in chunks', `HTTP/1.1 304 Not Modified\r\n${CHUNKED}`, 0],
    ['is used after a 304 with the length of what it spares', `HTTP/1.1 304 N\r\n${length}`, 4000],
  ])('%s', (_, text, keepAliveMs) => {
    expect(readReplyHead(text, 'GET')).toMatchObject({ keepAliveMs });
  });

  test('is used after the head of a reply in chunks', () => {
    expect(readReplyHead(OK + CHUNKED, 'HEAD')).toMatchObject({ framing: 0, keepAliveMs: 4000 });
  });
});
