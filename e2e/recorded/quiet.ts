interface Patience {
  /** How many there are to be; the wait is over earlier for nobody. */
  expected: number;
  /** How long nothing may come once they are there. */
  quietMs: number;
  /** When to give up. */
  limitMs: number;
}

/** Waits until as many came as are expected and then no more for a while. */
export async function untilQuiet(
  count: () => number,
  { expected, quietMs, limitMs }: Patience,
): Promise<void> {
  const end = Date.now() + limitMs;
  let last = count();
  let since = Date.now();
  while (Date.now() < end) {
    await Bun.sleep(25);
    const now = count();
    if (now !== last) {
      last = now;
      since = Date.now();
    }
    if (now >= expected && Date.now() - since > quietMs) return;
  }
}
