// A thread with one connection to a server: for a test that blocks its own thread, it says
// in shared memory that the connection was closed.
import { parentPort, workerData } from "node:worker_threads";

import { Client } from "./client.ts";

export interface Watched {
  ws: string;
  userID: string;
  token: string;
  /** Becomes 1. */
  closed: Int32Array<SharedArrayBuffer>;
}

const { ws, userID, token, closed } = workerData as Watched;
const client = await Client.connect(ws, userID, token);
parentPort?.postMessage("connected");
await client.closed();
Atomics.store(closed, 0, 1);
Atomics.notify(closed, 0);
