import { Worker } from "node:worker_threads";

import { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { ProtocolError } from "@parley/protocol/errors";

import { bind, BindError } from "../http/route.ts";
import { sourceURL } from "../source-url.ts";
import { describeBody } from "./audit-details.ts";
import type { BodyDetails } from "./audit-details.ts";
import type { ImportAnswer, ImportRequest } from "./import-worker.ts";

/** A body so small is read in less time than a thread takes to start. */
const smallBytes = 131_072;

/** Reads the users of an import; throws BindError. */
export async function readImportBody(
  body: Uint8Array,
): Promise<RegisterUserInfo[]> {
  if (body.length <= smallBytes)
    return bind(UserImportJson, new TextDecoder().decode(body)).users;
  const users: RegisterUserInfo[] = [];
  await onThread({ body, wanted: "users" }, (answer, finish) => {
    if ("users" in answer) users.push(...answer.users);
    else finish();
  });
  return users;
}

/** The fields of such a body that the audit records. */
export async function describeImportBody(
  body: Uint8Array,
): Promise<BodyDetails> {
  let details = describeBody("");
  if (body.length <= smallBytes)
    return describeBody(new TextDecoder().decode(body));
  await onThread({ body, wanted: "details" }, (answer, finish) => {
    if ("described" in answer) details = answer.described;
    finish();
  });
  return details;
}

/** Throws the refusal that the thread answers. */
async function onThread(
  request: ImportRequest,
  take: (answer: ImportAnswer, finish: () => void) => void,
): Promise<void> {
  const worker = new Worker(sourceURL("./administration/import-worker.ts"));
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (answer: ImportAnswer) => {
        if ("refusal" in answer) reject(toBindError(answer));
        else take(answer, resolve);
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
}: Extract<ImportAnswer, { refusal: unknown }>): BindError =>
  new BindError(new ProtocolError(code, detail, { errMsg }), status);
