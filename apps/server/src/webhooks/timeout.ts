const maxSeconds = 15;

/** In ms, of an entry's `timeout` in seconds. */
export function timeoutOf(seconds = 5): number {
  return (seconds <= 0 ? maxSeconds : Math.min(seconds, maxSeconds)) * 1_000;
}
