import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Controls the clock of a process. */
export interface SkewedClock extends Disposable {
  /** The environment that makes the process preload skewed-clock-preload.ts. */
  readonly environment: Record<string, string>;
  /** Shifts the clock; takes effect when the process notices the change. */
  setAhead(ms: number): void;
}

export const variable = "SKEWED_CLOCK";

export function openClock(aheadMs = 0): SkewedClock {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-clock-"));
  const file = path.join(folder, "ahead");
  const setAhead = (ms: number): void => writeFileSync(file, String(ms));
  setAhead(aheadMs);
  return {
    environment: { [variable]: file },
    setAhead,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
