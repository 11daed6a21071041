/** The page of the first registry, without the password that its address may carry. */
export function registryPage([url = '']: readonly string[]): string {
  return new URL('/', new URL(url).origin).href;
}
