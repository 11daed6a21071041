/**
 * A key for something that is about to be created: made once when it is begun, so that however
 * often it is sent it exists once. (`randomUUID` needs https, this does not.)
 */
export function draftKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
