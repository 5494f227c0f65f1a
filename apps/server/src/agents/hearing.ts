import { ContentType, SessionType } from "@parley/protocol/content-types";
import type { MsgDataView } from "@parley/protocol/msg-data";
import { readUTF8 } from "@parley/protocol/utf8";

import type { Draft } from "../messages/hooks.ts";
import type { Agents } from "./agents.ts";
import type { Question } from "./answering.ts";
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
  listener(): ((draft: Draft) => void) | undefined;
  /** A message that was heard before is not heard again. */
  hear(heard: HeardMessage): void;
}

export interface HearingDeps {
  agents: Pick<Agents, "find" | "count">;
  answer(question: Question): void;
}

/** A webhook that tells of a message, too, does so within seconds. */
const remembered = 10_000;

export function createHearing({ agents, answer }: HearingDeps): Hearing {
  const heardBefore = new Set<string>();

  function isNew(serverMsgID: string): boolean {
    if (serverMsgID === "") return true;
    if (heardBefore.has(serverMsgID)) return false;
    if (heardBefore.size >= remembered) {
      const [oldest] = heardBefore;
      if (oldest !== undefined) heardBefore.delete(oldest);
    }
    heardBefore.add(serverMsgID);
    return true;
  }

  function hear(heard: HeardMessage): void {
    const asked = readQuestion(heard);
    if (!asked || !isNew(heard.serverMsgID)) return;
    const { sendID: askerID, groupID, operationID } = heard;
    for (const agentID of asked.agentIDs) {
      const agent = agents.find(agentID);
      if (agent)
        answer({ agent, askerID, groupID, operationID, text: asked.text });
    }
  }

  /** Told with each message of the server: what is for people costs nothing. */
  function concerns({ sessionType, contentType, recvID }: MsgDataView) {
    return sessionType === SessionType.group
      ? contentType === ContentType.AtText
      : contentType === ContentType.Text && agents.find(recvID) !== undefined;
  }

  function listen({ view, serverMsgID, operationID }: Draft): void {
    if (!concerns(view)) return;
    const { sendID, recvID, groupID, contentType, content } = view;
    hear({
      sendID,
      recvID,
      groupID: view.sessionType === SessionType.group ? groupID : "",
      contentType,
      content: readUTF8(content, 0, content.length),
      serverMsgID,
      operationID,
    });
  }

  return {
    listener: () => (agents.count() === 0 ? undefined : listen),
    hear,
  };
}
