/** Servers by name, each started when it is needed and kept while there is room. */
export interface Servers<Running> {
  /** Lends a server; who is done with it gives it back by `release`. */
  take(name: string): Promise<Lent<Running>>;
  /** Stops all. */
  close(): Promise<void>;
}

export interface Lent<Running> {
  readonly running: Running;
  release(): void;
}

export interface ServersDeps<Running> {
  /** Limit of servers that run at once. */
  most: number;
  start(name: string): Promise<Running>;
  stop(running: Running): Promise<void>;
}

interface Entry<Running> {
  running: Promise<Running>;
  users: number;
}

export function createServers<Running>({
  most,
  start,
  stop,
}: ServersDeps<Running>): Servers<Running> {
  const entries = new Map<string, Entry<Running>>();
  /** A server that is stopping counts until it is gone. */
  let stopping = 0;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const all = waiting;
    waiting = [];
    for (const look of all) look();
  }

  async function remove(name: string, { running }: Entry<Running>) {
    entries.delete(name);
    stopping++;
    // The failure to start was reported to its own caller.
    await running.then(stop, () => undefined);
    stopping--;
    wake();
  }

  function find(name: string): Entry<Running> | undefined {
    const found = entries.get(name);
    if (found || entries.size + stopping >= most) return found;
    const entry = { running: start(name), users: 0 };
    entries.set(name, entry);
    return entry;
  }

  return {
    async take(name) {
      for (;;) {
        const entry = find(name);
        if (entry) {
          entry.users++;
          const release = (): void => {
            entry.users--;
            wake();
          };
          try {
            return { running: await entry.running, release };
          } catch (error) {
            release();
            throw error;
          }
        }
        const unused = [...entries].find(([, { users }]) => users === 0);
        if (unused) await remove(...unused);
        else await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async close() {
      await Promise.all([...entries].map((each) => remove(...each)));
    },
  };
}
