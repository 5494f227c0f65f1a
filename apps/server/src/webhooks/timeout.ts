const maxSeconds = 15;

/** Converts an entry's `timeout` from seconds to ms. */
export function timeoutOf(seconds = 5): number {
  return (seconds <= 0 ? maxSeconds : Math.min(seconds, maxSeconds)) * 1_000;
}
