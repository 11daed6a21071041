import { expect, test } from 'bun:test';

import { createMeeting } from './meeting.ts';

test('nobody goes on before all have come', async () => {
  const meeting = createMeeting(2);
  const gone: string[] = [];
  const first = meeting.come().then(() => gone.push('first'));
  await Promise.resolve();
  expect(gone).toEqual([]);
  await meeting.come();
  await first;
  expect(gone).toEqual(['first']);
});

test('when one fails, those who wait and those who come later hear of it', async () => {
  const meeting = createMeeting(3);
  const waiting = meeting.come();
  meeting.fail(new Error('the disk is full'));
  expect(waiting).rejects.toThrow('the disk is full');
  expect(meeting.come()).rejects.toThrow('the disk is full');
});
