import { ContentType } from "@parley/protocol/content-types";

import { isAgentID } from "./agents.ts";

/** A message to a user or (with a groupID) to a group. */
export interface Said {
  sendID: string;
  recvID: string;
  groupID: string;
  contentType: number;
  /** JSON whose members depend on contentType. */
  content: string;
}

/** A question and the agents that it goes to. */
export interface Asked {
  agentIDs: string[];
  text: string;
}

/**
 * Reads a text to an agent, or a group text that mentions agents; undefined:
 * not a question. Messages of agents are never questions, so that two agents
 * cannot answer each other forever.
 */
export function readQuestion(said: Said): Asked | undefined {
  if (isAgentID(said.sendID)) return undefined;
  return said.groupID === "" ? readSingle(said) : readGroup(said);
}

function readSingle({ recvID, contentType, content }: Said): Asked | undefined {
  if (contentType !== ContentType.Text || !isAgentID(recvID)) return undefined;
  const { content: text } = membersOf(content);
  return typeof text === "string" && text.trim() !== ""
    ? { agentIDs: [recvID], text }
    : undefined;
}

function readGroup({ contentType, content }: Said): Asked | undefined {
  if (contentType !== ContentType.AtText) return undefined;
  const { text, atUserList, atUsersInfo } = membersOf(content);
  if (typeof text !== "string" || !Array.isArray(atUserList)) return undefined;
  const named = atUserList.filter((each) => typeof each === "string");
  const agentIDs = [...new Set(named)].filter(isAgentID);
  if (agentIDs.length === 0) return undefined;
  const plain = inWords(text, agentIDs, nicknamesOf(atUsersInfo));
  return { agentIDs, text: plain || text };
}

/**
 * Clients write `@` and an id, or a nickname, where the text names somebody. A
 * model needs no name of its own, and knows people better by their nicknames.
 */
function inWords(
  text: string,
  agentIDs: readonly string[],
  nicknames: ReadonlyMap<string, string>,
): string {
  const words = new Map<string, string>();
  for (const [userID, nickname] of nicknames)
    words.set(`@${userID}`, `@${nickname}`);
  for (const agentID of agentIDs) {
    const nickname = nicknames.get(agentID);
    if (nickname !== undefined) words.set(`@${nickname}`, "");
    words.set(`@${agentID}`, "");
  }
  // One may be the beginning of another.
  const names = [...words.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(names.map(RegExp.escape).join("|"), "g");
  return text.replace(pattern, (name) => words.get(name) ?? name).trim();
}

function nicknamesOf(atUsersInfo: unknown): Map<string, string> {
  const nicknames = new Map<string, string>();
  if (!Array.isArray(atUsersInfo)) return nicknames;
  for (const each of atUsersInfo) {
    if (typeof each !== "object" || each === null) continue;
    const { atUserID, groupNickname } = each as Record<string, unknown>;
    if (typeof atUserID === "string" && typeof groupNickname === "string")
      if (atUserID !== "" && groupNickname !== "")
        nicknames.set(atUserID, groupNickname);
  }
  return nicknames;
}

function membersOf(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null)
      return value as Record<string, unknown>;
  } catch {
    // Whatever it is, it is no question.
  }
  return {};
}
