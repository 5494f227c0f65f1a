/** Bytes that wait for clients which read slower than the server writes. */
export interface Backlog<Client> {
  /** Sets the bytes that wait for a client; 0: it has read everything. */
  set(client: Client, bytes: number): void;
}

/**
 * One client's queue has a limit of its own; here all of them together have
 * one. When it is passed, whoever has most waiting is dropped, so that those
 * who merely are a little behind are the last to go.
 */
export function createBacklog<Client>(
  maxBytes: number,
  drop: (client: Client) => void,
): Backlog<Client> {
  const waiting = new Map<Client, number>();
  let total = 0;

  function set(client: Client, bytes: number): void {
    total += bytes - (waiting.get(client) ?? 0);
    if (bytes === 0) waiting.delete(client);
    else waiting.set(client, bytes);
  }

  function dropSlowest(): void {
    let slowest: Client | undefined;
    let most = 0;
    for (const [client, bytes] of waiting)
      if (bytes > most) [slowest, most] = [client, bytes];
    if (slowest === undefined) return;
    set(slowest, 0);
    drop(slowest);
  }

  return {
    set(client, bytes) {
      set(client, bytes);
      while (total > maxBytes) dropSlowest();
    },
  };
}
