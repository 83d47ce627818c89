/** Ends what was started; lets what runs finish within graceMs. */
export type Closer = (graceMs: number) => unknown;

/** The last first. */
export async function closeAll(closers: Closer[], graceMs: number): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close(graceMs);
}
