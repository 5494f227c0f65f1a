// A thread that reads the JSON of an import: 16 MB take a second. See import-body.ts.
import { parentPort } from "node:worker_threads";

import { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import type { RegisterUserInfo } from "@parley/protocol/chat/shared";

import { bind, BindError } from "../http/route.ts";
import { describeBody } from "./audit-details.ts";
import type { BodyDetails } from "./audit-details.ts";

export interface ImportRequest {
  body: Uint8Array;
  wanted: "users" | "details";
}

export type ImportAnswer =
  /** The next of them; whoever takes them over is held up by no more than a few. */
  | { users: RegisterUserInfo[] }
  | { isDone: true }
  /** The fields that the audit records. */
  | { described: BodyDetails }
  /** The answer of a body that cannot be read. */
  | {
      refusal: { code: number; errMsg: string; detail: string };
      status: 200 | 400;
    };

const atOnce = 250;

parentPort?.on("message", ({ body, wanted }: ImportRequest) => {
  const text = new TextDecoder().decode(body);
  const answers =
    wanted === "users" ? read(text) : [{ described: describeBody(text) }];
  for (const answer of answers) parentPort?.postMessage(answer);
});

function* read(text: string): Generator<ImportAnswer> {
  try {
    const { users } = bind(UserImportJson, text);
    for (let at = 0; at < users.length; at += atOnce)
      yield { users: users.slice(at, at + atOnce) };
    yield { isDone: true };
  } catch (error) {
    if (!(error instanceof BindError)) throw error;
    const { code, errMsg, detail } = error.refusal;
    yield { refusal: { code, errMsg, detail }, status: error.status };
  }
}
