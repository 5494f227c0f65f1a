import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

export type Direction = "to server" | "to client";

/** Stands between a client and its server, and does harm when told to. */
export interface TCPProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that pass through it. */
  connections(): number;
  /** Resolves when so many more were begun. */
  begun(count: number): Promise<void>;
  /** Ends all connections with a reset; new ones pass. */
  reset(): void;
  /** Ends all connections, and refuses new ones. */
  cut(): Promise<void>;
  /**
   * Passes nothing on, and ends nothing, as a network that lost the other side
   * does: in both directions or in one. What waits passes when it behaves.
   */
  beSilent(direction?: Direction): void;
  /** Each piece takes so many ms longer, in each direction. */
  delay(ms: number): void;
  /** Ends what goes to the client, and goes on reading what it sends. */
  halfClose(): void;
  /** Ends all disturbances. */
  behave(): Promise<void>;
}

export type ProxyTarget = { port: number } | { path: string };

interface Pair {
  client: Socket;
  server: Socket;
}

/** Listens on a port of 127.0.0.1; 0 takes any that is free. */
export async function startTCPProxy(
  target: ProxyTarget,
  at = 0,
): Promise<TCPProxy> {
  const pairs = new Set<Pair>();
  const silent = new Set<Direction>();
  let delayMs = 0;
  const awaited = new Set<{ left: number; resolve(): void }>();

  function end(pair: Pair): void {
    if (!pairs.delete(pair)) return;
    pair.client.resetAndDestroy();
    pair.server.destroy();
  }

  function pass(from: Socket, to: Socket, direction: Direction): void {
    if (silent.has(direction)) from.pause();
    from.on("data", (data: Buffer) => {
      // A pause comes into force with the next piece only.
      const copy = Buffer.from(data);
      const write = (): void => {
        if (silent.has(direction)) held.push({ direction, write });
        else if (!to.destroyed && to.writable) to.write(copy);
      };
      if (delayMs > 0) setTimeout(write, delayMs);
      else write();
    });
    from.on("end", () => {
      if (!silent.has(direction)) to.end();
    });
  }

  let held: { direction: Direction; write(): void }[] = [];

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const own: Pair = {
      client,
      server:
        "path" in target
          ? connect({ path: target.path, allowHalfOpen: true })
          : connect({
              port: target.port,
              host: "127.0.0.1",
              allowHalfOpen: true,
            }),
    };
    pairs.add(own);
    for (const each of awaited) if (--each.left === 0) each.resolve();
    for (const socket of [own.client, own.server]) {
      socket.setNoDelay(true);
      socket.on("error", () => end(own));
      socket.on("close", () => end(own));
    }
    pass(own.client, own.server, "to server");
    pass(own.server, own.client, "to client");
  });

  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  function reset(): void {
    for (const pair of pairs) end(pair);
  }
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      reset();
    });

  await listen(at);
  const { port } = server.address() as { port: number };
  return {
    port,
    connections: () => pairs.size,
    begun: (left) => new Promise((resolve) => awaited.add({ left, resolve })),
    reset,
    async cut() {
      if (server.listening) await close();
    },
    beSilent(direction) {
      for (const each of direction ? [direction] : directions) {
        silent.add(each);
        for (const pair of pairs) sourceOf(pair, each).pause();
      }
    },
    delay: (ms) => void (delayMs = ms),
    halfClose() {
      for (const { client } of pairs) client.end();
    },
    async behave() {
      silent.clear();
      delayMs = 0;
      const all = held;
      held = [];
      for (const { write } of all) write();
      for (const pair of pairs)
        for (const each of directions) sourceOf(pair, each).resume();
      if (!server.listening) await listen(port);
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await close();
    },
  };
}

const directions: readonly Direction[] = ["to server", "to client"];

const sourceOf = (pair: Pair, direction: Direction): Socket =>
  direction === "to server" ? pair.client : pair.server;
