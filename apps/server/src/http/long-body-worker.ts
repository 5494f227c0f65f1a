// A thread that reads the JSON of thousands of users: 16 MB take a second. See long-body.ts.
import { parentPort } from "node:worker_threads";

import { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import { UserRegister } from "@parley/protocol/methods/users";

import { bind, BindError } from "./route.ts";

export interface LongBody {
  /** The route's. */
  path: string;
  body: Uint8Array;
}

export type LongBodyAnswer =
  /** The next of them; whoever takes them over is held up by no more than a few. */
  | { users: unknown[] }
  | { isDone: true }
  /** The answer of a body that cannot be read. */
  | {
      refusal: { code: number; errMsg: string; detail: string };
      status: 200 | 400;
    };

const atOnce = 250;

parentPort?.on("message", ({ path, body }: LongBody) => {
  const text = new TextDecoder().decode(body);
  for (const answer of read(path, text)) parentPort?.postMessage(answer);
});

function* read(path: string, text: string): Generator<LongBodyAnswer> {
  try {
    const { users } =
      path === UserRegister.path
        ? bind(UserRegister, text)
        : bind(UserImportJson, text);
    for (let at = 0; at < users.length; at += atOnce)
      yield { users: users.slice(at, at + atOnce) };
    yield { isDone: true };
  } catch (error) {
    if (!(error instanceof BindError)) throw error;
    const { code, errMsg, detail } = error.refusal;
    yield { refusal: { code, errMsg, detail }, status: error.status };
  }
}
