import { fromBase64 } from "@parley/protocol/base64";
import { ContentType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { JSONError } from "@parley/protocol/go-json";
import { WebhookKey } from "@parley/protocol/rest-types";

import { isAgentID } from "./agents.ts";
import type { Agents } from "./agents.ts";
import type { HeardMessage } from "./hearing.ts";
import { readQuestion } from "./questions.ts";
import type { Said } from "./questions.ts";

/** A message as an IM server's webhook tells of it. */
export interface Told extends Said {
  serverMsgID: string;
  operationID: string;
}

/** Messages from other IM servers (docs/wire/accounts.md#bots). */
export interface Callbacks {
  /** Throws 1001 or 1002. Does not wait for the agent's answer. */
  single(told: Told, address: string, key: string | null): Promise<void>;
  group(told: Told, address: string, key: string | null): Promise<void>;
}

export interface CallbacksDeps {
  agents: Pick<Agents, "find">;
  /** Network addresses that may call. */
  addresses: readonly string[];
  /** Resolves when the message is durably recorded as heard. */
  hear(heard: HeardMessage): Promise<void>;
}

export function createCallbacks(deps: CallbacksDeps): Callbacks {
  const allowed = new Set(deps.addresses);

  async function tell(
    told: Told,
    address: string,
    key: string | null,
  ): Promise<void> {
    if (!allowed.has(address))
      throw errors.noPermission(
        `${address} is not among agents.callbackAddresses`,
      );
    if (told.contentType !== typeOf(told)) return;
    const named = readQuestion(told)?.agentIDs ?? addresseeOf(told);
    if (named.length === 0) return;
    requireKey(key, told);
    for (const userID of named)
      if (!deps.agents.find(userID)) throw errors.args(`no agent '${userID}'`);
    await deps.hear(told);
  }

  return {
    single: (told, address, key) =>
      tell({ ...told, groupID: "" }, address, key),
    async group(told, address, key) {
      if (told.groupID === "") throw errors.args("groupID is empty");
      await tell({ ...told, recvID: "" }, address, key);
    },
  };
}

const typeOf = ({ groupID }: Told): number =>
  groupID === "" ? ContentType.Text : ContentType.AtText;

/** Returns the receiver of an empty text, if it is an agent. */
const addresseeOf = ({ recvID }: Told): string[] =>
  isAgentID(recvID) ? [recvID] : [];

/**
 * The key names the conversation, and who speaks there. It has to be the one
 * of the message: else whoever tells could make anybody say something.
 */
function requireKey(key: string | null, told: Told): void {
  if (!key) throw errors.args("key is missing");
  const { sendID, recvID, groupID } = readKey(key);
  const isSame =
    sendID === told.sendID &&
    groupID === told.groupID &&
    (groupID !== "" || recvID === told.recvID);
  if (!isSame) throw errors.args("key is not of this message");
}

function readKey(key: string): WebhookKey {
  let text: string;
  try {
    text = new TextDecoder().decode(fromBase64(key));
  } catch (cause) {
    throw errors.args("key is not base64", { cause });
  }
  try {
    return WebhookKey.limited.fromJSON(text);
  } catch (cause) {
    if (!(cause instanceof JSONError)) throw cause;
    throw errors.args(`key: ${cause.message}`, { cause });
  }
}
