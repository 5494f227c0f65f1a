/** Bytes that wait for clients which read slower than the server writes. */
export interface Backlog<Client> {
  /** Sets the bytes that wait for a client; 0: it has read everything. */
  set(client: Client, bytes: number): void;
}

/**
 * Backpressure for all clients together, beside the limit of each client's
 * queue: beyond it, the client with the longest queue is disconnected, so that
 * clients that lag a little are the last to go.
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
