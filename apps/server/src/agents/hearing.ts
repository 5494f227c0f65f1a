import { ContentType, SessionType } from "@parley/protocol/content-types";
import type { MsgDataView } from "@parley/protocol/msg-data";
import { readUTF8 } from "@parley/protocol/utf8";

import type { MessageHooks } from "../messages/hooks.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Agents } from "./agents.ts";
import { readQuestion } from "./questions.ts";
import type { Said } from "./questions.ts";

/** A message from this server or from another IM server. */
export interface HeardMessage extends Said {
  serverMsgID: string;
  operationID: string;
}

/** Finds questions in messages. */
export interface Hearing {
  /**
   * Listener for this server's own messages; undefined while there are no
   * agents.
   */
  listener(): MessageHooks["sent"];
  /** Records a message; ignores a message that was heard before. */
  hear(tx: Transaction, heard: HeardMessage): void;
}

/** A question, stored in the transaction of its message. */
export interface HeardQuestion {
  agentID: string;
  askerID: string;
  /** The group of the question; "" in a direct chat. */
  groupID: string;
  text: string;
  operationID: string;
  /** serverMsgID of the message, if known. */
  serverMsgID: string;
}

export interface HearingDeps {
  agents: Pick<Agents, "find" | "count">;
  ask(tx: Transaction, question: HeardQuestion): void;
}

/**
 * Number of remembered message ids. A webhook that reports the same message
 * does so within seconds.
 */
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
