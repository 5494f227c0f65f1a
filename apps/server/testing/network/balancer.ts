import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** One port for clients, whichever nodes are alive. */
export interface Balancer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Passes each connection on to the next node; if that does not accept it, to
 * the one after. `portsOf` says whom to try. Listens on 127.0.0.1; port 0 takes
 * any that is free.
 */
export async function startBalancer(
  port: number,
  portsOf: () => readonly number[],
): Promise<Balancer> {
  const clients = new Set<Socket>();
  let next = 0;

  function pass(client: Socket): void {
    const ports = portsOf();
    const first = next++;
    client.pause();
    attempt(0);

    function attempt(tries: number): void {
      const target = ports[(first + tries) % ports.length];
      if (tries >= ports.length || target === undefined) {
        client.destroy();
        return;
      }
      const node = connect({ port: target, host: "127.0.0.1" });
      node.setNoDelay(true);
      const refused = (): void => attempt(tries + 1);
      node.once("error", refused);
      node.once("connect", () => {
        node.off("error", refused);
        node.on("error", () => client.destroy());
        node.on("close", () => client.destroy());
        client.on("close", () => node.destroy());
        client.pipe(node);
        node.pipe(client);
      });
    }
  }

  const server: Server = createServer((client) => {
    clients.add(client);
    client.setNoDelay(true);
    client.on("error", () => client.destroy());
    client.on("close", () => clients.delete(client));
    pass(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}
