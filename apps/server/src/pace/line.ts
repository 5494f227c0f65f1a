import { nextTurn } from "./turns.ts";

/** Runs the work when there is a place for it, in order of the calls. */
export type WaitingLine = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs at most `places` at the same time; the others wait. */
export function createLine(places: number): WaitingLine {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= places)
      await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** Milliseconds of a turn of the event loop. */
const shareMs = 3;

/**
 * The same for what keeps the event loop, as reading a database within the
 * process does: all of it takes a few milliseconds of a turn.
 */
export function createPacedLine(places: number): WaitingLine {
  const line = createLine(places);
  let until = 0;
  return (work) =>
    line(async () => {
      if (performance.now() >= until) {
        await nextTurn();
        until = performance.now() + shareMs;
      }
      return work();
    });
}
