import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/** Stands between a server and its PostgreSQL, and does harm when told to. */
export interface DatabaseProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections as a machine that lost them would: with a reset. */
  reset(): void;
  /** Refuses connections, and ends those there are. */
  refuse(): Promise<void>;
  /**
   * Answers each new connection with this error of PostgreSQL; resolves after the first.
   */
  answer(state: string, message: string): Promise<void>;
  /** Passes nothing on, and ends nothing. */
  beSilent(): void;
  /** Ends all disturbances. */
  behave(): Promise<void>;
  /** Returns the number of ended connections. */
  ended(): number;
  /** Cuts the next connection that commits; resolves when it did. */
  cutAtCommit(where: "before it" | "before its answer"): Promise<void>;
}

/** Simple queries, as the driver sends them: type, length, text, zero. */
const commit = Buffer.from([0x51, 0, 0, 0, 11, ...Buffer.from("commit"), 0]);
const begin = Buffer.from("begin; select txid_current()");
/** Appends messages to the log: alone it is a transaction of its own. */
const append = Buffer.from("\0append\0");
/** ReadyForQuery outside of a transaction. */
const idle = Buffer.from("Z\0\0\0\x05I");

export async function startDatabaseProxy(
  socketPath: string,
): Promise<DatabaseProxy> {
  const pairs = new Map<Socket, Socket>();
  let isSilent = false;
  let ended = 0;
  let error: Uint8Array<ArrayBuffer> | undefined;
  let answered = Promise.withResolvers<void>();
  let cut:
    { where: "before it" | "before its answer"; done(): void } | undefined;

  function end(client: Socket): void {
    pairs.get(client)?.destroy();
    pairs.delete(client);
    client.resetAndDestroy();
  }

  const server = createServer((client) => {
    client.on("error", () => undefined);
    client.once("close", () => ended++);
    const refusal = error;
    if (refusal) {
      client.once("data", () => {
        client.end(refusal);
        answered.resolve();
      });
      return;
    }
    const database = connect(socketPath);
    pairs.set(client, database);
    database.on("error", () => end(client));
    database.on("close", () => end(client));
    client.on("close", () => end(client));
    let isDeaf = false;
    let isOpen = false;
    /** Returns whether these bytes end a transaction. */
    function commits(data: Buffer): boolean {
      isOpen ||= data.includes(begin);
      const ends = data.includes(isOpen ? commit : append);
      if (ends) isOpen = false;
      return ends;
    }
    client.on("data", (data: Buffer) => {
      if (isSilent) return;
      if (commits(data) && cut) {
        const { where, done } = cut;
        cut = undefined;
        if (where === "before it") {
          end(client);
          return done();
        }
        isDeaf = true;
        // It is answered, so that it is known to have been made.
        database.on("data", (answer: Buffer) => {
          if (!answer.includes(idle)) return;
          end(client);
          done();
        });
      }
      database.write(data);
    });
    database.on("data", (data) => {
      if (!isSilent && !isDeaf) client.write(data);
    });
  });

  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      reset();
    });
  function reset(): void {
    for (const client of pairs.keys()) end(client);
  }

  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    reset,
    refuse: close,
    answer(state, message) {
      const fields = `SFATAL\0C${state}\0M${message}\0\0`;
      const length = Buffer.alloc(4);
      length.writeInt32BE(fields.length + 4);
      error = new Uint8Array(
        Buffer.concat([Buffer.from("E"), length, Buffer.from(fields)]),
      );
      answered = Promise.withResolvers();
      reset();
      return answered.promise;
    },
    beSilent: () => void (isSilent = true),
    async behave() {
      // Bytes that were held back are lost.
      if (isSilent) reset();
      isSilent = false;
      error = undefined;
      if (!server.listening) await listen(port);
    },
    ended: () => ended,
    cutAtCommit: (where) =>
      new Promise((done) => {
        cut = { where, done };
      }),
    async [Symbol.asyncDispose]() {
      if (server.listening) await close();
    },
  };
}
