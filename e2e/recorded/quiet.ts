import { whenNothingHappens } from "../patience.ts";

interface Patience {
  /** Number of expected events; the wait never ends earlier. */
  expected: number;
  /** Silence in ms that ends the wait once they arrived. */
  quietMs: number;
  /** For how long nothing may happen at all before they are given up. */
  patienceSeconds: number;
  /** Resolves when the server is through with what it was asked before. */
  settled(): Promise<void>;
}

/** Waits until as many came as are expected and then no more for a while. */
export async function untilQuiet(
  count: () => number,
  { expected, quietMs, patienceSeconds, settled }: Patience,
): Promise<void> {
  await until(() => count() >= expected, patienceSeconds);
  for (let last = -1; last !== count();) {
    last = count();
    await Bun.sleep(quietMs);
    await settled();
  }
}

/** Waits for a condition; returns false if nothing happens for `patienceSeconds`. */
export async function until(
  isSo: () => boolean,
  patienceSeconds: number,
): Promise<boolean> {
  let isOver = false;
  const end = whenNothingHappens(() => (isOver = true), patienceSeconds);
  // Less and less often: looking all the time would count as doing something.
  for (let ms = 5; !isSo() && !isOver; ms = Math.min(ms * 1.2, 500))
    await Bun.sleep(ms);
  end();
  return isSo();
}
