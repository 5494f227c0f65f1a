import { readLoopDelays, shareWithin } from "./event-loop.ts";
import { ownCPUSeconds } from "./process-usage.ts";
import type { ServerProcess } from "./server-process.ts";
import type { Traffic } from "./traffic.ts";

/** Counters over a span of time. */
export interface Span {
  seconds: number;
  acked: number;
  delivered: number;
  refused: number;
  serverCPU: number;
  loadCPU: number;
  /** CPU seconds of all processes of PostgreSQL; NaN if it is not used or runs elsewhere. */
  databaseCPU: number;
  /** Resident memory at the end of the span. */
  residentBytes: number;
  /** Share of the server's timers that fired within 20 ms, or NaN. */
  timersInTime: number;
}

/** Measures the traffic for so many seconds from now on. */
export async function measure(
  server: ServerProcess,
  traffic: Traffic,
  seconds: number,
): Promise<Span> {
  const delaysBefore = await readLoopDelays(server.api);
  const before = look(server, traffic);
  traffic.setMeasuring(true);
  await Promise.race([Bun.sleep(seconds * 1000), traffic.failure]);
  traffic.setMeasuring(false);
  const after = look(server, traffic);
  const residentBytes = server.residentBytes();
  const delaysAfter = await readLoopDelays(server.api);
  return {
    seconds: (after.at - before.at) / 1000,
    acked: after.acked - before.acked,
    delivered: after.delivered - before.delivered,
    refused: after.refused - before.refused,
    serverCPU: after.serverCPU - before.serverCPU,
    loadCPU: after.loadCPU - before.loadCPU,
    databaseCPU: after.databaseCPU - before.databaseCPU,
    residentBytes,
    timersInTime: shareWithin(0.02, delaysBefore, delaysAfter),
  };
}

function look(server: ServerProcess, traffic: Traffic) {
  return {
    at: performance.now(),
    serverCPU: server.cpuSeconds(),
    loadCPU: ownCPUSeconds(),
    databaseCPU: server.databaseCPUSeconds(),
    ...traffic.counts,
  };
}
