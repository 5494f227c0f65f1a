import path from "node:path";

import { freePorts, startServer } from "../server.ts";
import type { RunningServer, ServerOptions } from "../server.ts";

/** Later than this no timer of the server may be for one request. */
export const mostMs = 50;
/** The first tries compile what they run. */
const tries = 6;

/** A server that counts how long its event loop was held. */
export interface WatchedServer extends AsyncDisposable {
  server: RunningServer;
  /**
   * Returns the longest turn, in ms of CPU, of the best of a few tries: what else the
   * process does does not count. What comes `before` a try is not measured.
   */
  leastHold(
    ask: (attempt: number) => Promise<unknown>,
    before?: (attempt: number) => Promise<unknown>,
  ): Promise<number>;
}

export async function startWatched(
  options: ServerOptions = {},
): Promise<WatchedServer> {
  const [port = 0] = await freePorts(1);
  const server = await startServer({
    ...options,
    preload: path.join(import.meta.dirname, "../turn-watch.ts"),
    environment: {
      ...options.environment,
      PARLEY_TEST_TURNS_PORT: String(port),
    },
  });
  /** Returns the longest turn since the last call, in ms. */
  async function longestTurn(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${port}`);
    return Number(await response.text());
  }
  return {
    server,
    async leastHold(ask, before) {
      let least = Infinity;
      for (let i = 0; i < tries && least > mostMs; i++) {
        await before?.(i);
        await longestTurn();
        await ask(i);
        least = Math.min(least, await longestTurn());
      }
      return least;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
