/** Number of the server's timers per delay bucket, so far. */
export interface LoopDelays {
  count: number;
  /** Upper bounds in seconds, and how many were not above them. */
  buckets: Map<number, number>;
}

const series = "parley_event_loop_delay_seconds";

/** undefined: the server does not tell. */
export async function readLoopDelays(
  api: string,
): Promise<LoopDelays | undefined> {
  const response = await fetch(`${api}/metrics`);
  return parseLoopDelays(await response.text());
}

export function parseLoopDelays(metrics: string): LoopDelays | undefined {
  const [, count] =
    new RegExp(`^${series}_count (\\d+)$`, "m").exec(metrics) ?? [];
  if (count === undefined) return undefined;
  const lines = metrics.matchAll(
    new RegExp(`^${series}_bucket\\{le="([\\d.]+)"\\} (\\d+)$`, "gm"),
  );
  const buckets = new Map(
    [...lines].map(([, bound, count]) => [Number(bound), Number(count)]),
  );
  return { count: Number(count), buckets };
}

/** A number of `/metrics` that has no labels; NaN: the server has none such. */
export async function readGauge(api: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${api}/metrics`)).text();
  const [, value] = new RegExp(`^${name} ([\\d.]+)$`, "m").exec(metrics) ?? [];
  return Number(value);
}

/** The share of timers between the two that were no later than this. */
export function shareWithin(
  seconds: number,
  before: LoopDelays | undefined,
  after: LoopDelays | undefined,
): number {
  if (!before || !after) return NaN;
  const within = (at: LoopDelays) => at.buckets.get(seconds) ?? NaN;
  return (within(after) - within(before)) / (after.count - before.count);
}
