import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The clock of one process, which may be wrong. */
export interface SkewedClock extends Disposable {
  /** For the process, which preloads skewed-clock-preload.ts. */
  readonly environment: Record<string, string>;
  /** From the process's next look at its clock on. */
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
