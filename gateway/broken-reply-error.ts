/** What an upstream sent is no reply that could be passed on. */
export class BrokenReplyError extends Error {
  override readonly name = 'BrokenReplyError';
}
