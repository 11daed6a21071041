/** Resolves once the address gives a good answer. */
export async function answers(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) await Bun.sleep(20);
}
