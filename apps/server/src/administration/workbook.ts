import { Worker } from "node:worker_threads";

import { errors } from "@parley/protocol/errors";

import { sourceURL } from "../source-url.ts";
import type { WorkbookAnswer, WorkbookRequest } from "./workbook-worker.ts";

const defaultTimeLimitMs = 30_000;

/**
 * Reads a sheet of an xlsx file on a thread of its own; no such sheet is an
 * empty one. Throws 1001 for what is no workbook, or one beyond the limits.
 */
export async function readWorkbook(
  request: WorkbookRequest,
  { timeLimitMs = defaultTimeLimitMs }: { timeLimitMs?: number } = {},
): Promise<string[][]> {
  const worker = new Worker(sourceURL("./administration/workbook-worker.ts"));
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const answer = await new Promise<WorkbookAnswer>((resolve) => {
      timer = setTimeout(
        () => resolve({ problem: "reading the file takes too long" }),
        timeLimitMs,
      );
      worker.on("message", resolve);
      worker.on("error", (error) =>
        resolve({ problem: `the file cannot be read: ${String(error)}` }),
      );
      worker.postMessage(request);
    });
    if ("problem" in answer) throw errors.args(answer.problem);
    return answer.rows;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
