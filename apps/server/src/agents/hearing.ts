import { ContentType, SessionType } from "@parley/protocol/content-types";
import type { MsgDataView } from "@parley/protocol/msg-data";
import { readUTF8 } from "@parley/protocol/utf8";

import type { MessageHooks } from "../messages/hooks.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Agents } from "./agents.ts";
import { readQuestion } from "./questions.ts";
import type { Said } from "./questions.ts";

/** A message, from wherever it was heard. */
export interface HeardMessage extends Said {
  serverMsgID: string;
  operationID: string;
}

/** Finds the questions in what is said. */
export interface Hearing {
  /** Of this server's own messages; undefined while there are no agents. */
  listener(): MessageHooks["sent"];
  /** A message that was heard before is not heard again. */
  hear(tx: Transaction, heard: HeardMessage): void;
}

/** A question as it is written with the message that asks it. */
export interface HeardQuestion {
  agentID: string;
  askerID: string;
  /** Where they ask; "" is between the two of them. */
  groupID: string;
  text: string;
  operationID: string;
  /** Of the message, as far as it is known. */
  serverMsgID: string;
}

export interface HearingDeps {
  agents: Pick<Agents, "find" | "count">;
  ask(tx: Transaction, question: HeardQuestion): void;
}

/** A webhook that tells of a message, too, does so within seconds. */
const remembered = 10_000;

export function createHearing({ agents, ask }: HearingDeps): Hearing {
  const heardBefore = new Set<string>();

  function isNew(tx: Transaction, serverMsgID: string): boolean {
    if (serverMsgID === "") return true;
    if (heardBefore.has(serverMsgID)) return false;
    if (heardBefore.size >= remembered) {
      const [oldest] = heardBefore;
      if (oldest !== undefined) heardBefore.delete(oldest);
    }
    heardBefore.add(serverMsgID);
    tx.onRollback(() => void heardBefore.delete(serverMsgID));
    return true;
  }

  function hear(tx: Transaction, heard: HeardMessage): void {
    const asked = readQuestion(heard);
    if (!asked || !isNew(tx, heard.serverMsgID)) return;
    const { sendID: askerID, groupID, operationID, serverMsgID } = heard;
    const { text } = asked;
    for (const agentID of asked.agentIDs)
      if (agents.find(agentID))
        ask(tx, { agentID, askerID, groupID, operationID, text, serverMsgID });
  }

  /** Told with each message of the server: what is for people costs nothing. */
  function concerns({ sessionType, contentType, recvID }: MsgDataView) {
    return sessionType === SessionType.group
      ? contentType === ContentType.AtText
      : contentType === ContentType.Text && agents.find(recvID) !== undefined;
  }

  const listen: MessageHooks["sent"] = (
    tx,
    { view, serverMsgID, operationID },
  ) => {
    if (!concerns(view)) return;
    const { sendID, recvID, groupID, contentType, content } = view;
    hear(tx, {
      sendID,
      recvID,
      groupID: view.sessionType === SessionType.group ? groupID : "",
      contentType,
      content: readUTF8(content, 0, content.length),
      serverMsgID,
      operationID,
    });
  };

  return {
    listener: () => (agents.count() === 0 ? undefined : listen),
    hear,
  };
}
