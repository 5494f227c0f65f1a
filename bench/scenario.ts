import { atLeast, atMost, figure } from "./figures.ts";
import type { Figure } from "./figures.ts";
import type { Span } from "./measure.ts";
import type { Options } from "./options.ts";
import type { ServerOptions, ServerProcess } from "./server-process.ts";
import type { OpenSocket } from "./socket.ts";
import type { Result } from "./table.ts";
import type { Encoding } from "./wire.ts";

/** One question to the server. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  /** Default encodings, if the command line names none. */
  readonly encodings: readonly Encoding[];
  /** Throws VerificationError, or Unavailable. */
  run(context: Context): Promise<Omit<Result, "scenario">>;
}

export type OwnServerOptions = Partial<
  Pick<ServerOptions, "script" | "database" | "environment">
>;

export interface Context {
  options: Options;
  encoding: Encoding;
  openSocket: OpenSocket;
  /** A fresh server, with what the scenario wants of its own. */
  startServer(own?: OwnServerOptions): Promise<ServerProcess>;
}

/** The server lacks what the scenario needs. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** The script of a server that does only what none can do without. */
export const bareRelay = "bench/bare-relay.ts";

/** Traffic before the measurement, to compile code and warm caches. */
export const warmUpSeconds = 3;
export const defaultSeconds = 8;

/** Figures that every scenario reports besides its own. */
export function usageFigures(span: Span): Figure[] {
  const inTime = 100 * span.timersInTime;
  return [
    figure("server CPU", (100 * span.serverCPU) / span.seconds, "%"),
    figure("server RSS", span.residentBytes / 2 ** 20, "MB"),
    // Above this the load may be what was measured.
    figure(
      "generator CPU",
      (100 * span.loadCPU) / span.seconds,
      "%",
      atMost(95),
    ),
    ...databaseFigures(span),
    ...(Number.isNaN(inTime)
      ? []
      : [figure("server's timers within 20 ms", inTime, "%", atLeast(99))]),
  ];
}

/** None where no PostgreSQL is used, or on another machine. */
export function databaseFigures({
  databaseCPU,
  delivered,
  seconds,
}: Pick<Span, "databaseCPU" | "delivered" | "seconds">): Figure[] {
  if (Number.isNaN(databaseCPU)) return [];
  return [
    figure(
      "database CPU s per 1,000 delivered",
      (1000 * databaseCPU) / delivered,
      "s",
    ),
    figure("database CPU", (100 * databaseCPU) / seconds, "%"),
  ];
}
