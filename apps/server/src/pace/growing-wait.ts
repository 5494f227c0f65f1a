/**
 * Tells apart why everybody waits: more comes than is done, so that each waits longer
 * than those before; or much came at once and is worked off; or nothing is done for
 * a while, as when a disk hangs. Only the first does not end by itself.
 */
export interface GrowingWait {
  /**
   * Records a wait in ms; returns whether waits keep growing although work is
   * done.
   */
  noted(waitedMs: number, at: number): boolean;
  /** Somebody hardly waited. */
  ended(): void;
}

/**
 * Time span whose shortest wait counts, so that a single slow request does not.
 */
const spanMs = 200;
/** Growth from span to span, and how much later those came who waited: not by chance. */
const stepMs = 20;
/**
 * Spans in a row in which it grew. Thousands who all write at once, and again when that
 * is answered, wait longer until the last of them is answered, and then no more.
 */
const enough = 6;

export function createGrowingWait(): GrowingWait {
  let endsAt = -Infinity;
  let shortest = Infinity;
  /** The arrival time of the request that waited shortest. */
  let came = 0;
  let before: { waited: number; came: number } | undefined;
  let grown = 0;

  function endSpan(): void {
    const grows =
      before !== undefined &&
      shortest >= before.waited + stepMs &&
      came >= before.came + stepMs;
    grown = grows ? grown + 1 : 0;
    before = { waited: shortest, came };
    shortest = Infinity;
  }

  return {
    noted(waitedMs, at) {
      if (at >= endsAt) {
        if (shortest < Infinity) endSpan();
        endsAt = at + spanMs;
      }
      if (waitedMs < shortest) {
        shortest = waitedMs;
        came = at - waitedMs;
      }
      return grown >= enough;
    },
    ended() {
      shortest = Infinity;
      before = undefined;
      grown = 0;
      endsAt = -Infinity;
    },
  };
}
