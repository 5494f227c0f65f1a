import { Worker } from "node:worker_threads";

import type { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import type { UserRegister } from "@parley/protocol/methods/users";
import { ProtocolError } from "@parley/protocol/errors";

import { nextTurn } from "../pace/turns.ts";
import { sourceURL } from "../source-url.ts";
import type { LongBody, LongBodyAnswer } from "./long-body-worker.ts";
import { bind, BindError } from "./route.ts";

/** One that is not is read in less time than a thread takes to start. */
export const isLong = ({ length }: Uint8Array): boolean => length > 131_072;

type UsersOf<Of> = Of extends { request: { fromJSON(text: string): infer R } }
  ? R extends { users: infer Users }
    ? Users
    : never
  : never;

/** Reads the users that a body is made of; throws BindError. */
export async function readUsers<
  Of extends typeof UserImportJson | typeof UserRegister,
>(method: Of, body: Uint8Array): Promise<UsersOf<Of>> {
  if (!isLong(body)) {
    const text = new TextDecoder().decode(body);
    return bind(method as typeof UserRegister, text).users as UsersOf<Of>;
  }
  const users: unknown[] = [];
  const request: LongBody = { path: method.path, body };
  await askThread<LongBodyAnswer>(
    "./http/long-body-worker.ts",
    request,
    (answer) => {
      if ("refusal" in answer) return toBindError(answer);
      if ("users" in answer) users.push(...answer.users);
      return "isDone" in answer;
    },
  );
  return users as UsersOf<Of>;
}

/** A thread for one request. `take` answers whether it was the last answer, or the error. */
export async function askThread<Answer>(
  file: string,
  request: unknown,
  take: (answer: Answer) => boolean | Error,
): Promise<void> {
  // Yields first: the caller has just copied megabytes, and posting them to the
  // thread copies them again.
  await nextTurn();
  const worker = new Worker(sourceURL(file));
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (answer: Answer) => {
        const over = take(answer);
        if (over instanceof Error) reject(over);
        else if (over) resolve();
      });
      worker.postMessage(request);
    });
  } finally {
    await worker.terminate();
  }
}

const toBindError = ({
  refusal: { code, errMsg, detail },
  status,
}: Extract<LongBodyAnswer, { refusal: unknown }>): BindError =>
  new BindError(new ProtocolError(code, detail, { errMsg }), status);
