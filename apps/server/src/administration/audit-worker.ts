// A thread that looks for what the audit records in a body of megabytes. See audit-long-body.ts.
import { parentPort } from "node:worker_threads";

import { describeBody } from "./audit-details.ts";

parentPort?.on("message", (body: Uint8Array) =>
  parentPort?.postMessage(describeBody(new TextDecoder().decode(body))),
);
