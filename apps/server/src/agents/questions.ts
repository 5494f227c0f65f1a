import { ContentType } from "@parley/protocol/content-types";

import { isAgentID } from "./agents.ts";

/** What somebody said, to a user or (with a groupID) in a group. */
export interface Said {
  sendID: string;
  recvID: string;
  groupID: string;
  contentType: number;
  /** JSON whose members depend on contentType. */
  content: string;
}

/** Who is asked, and what. */
export interface Asked {
  agentIDs: string[];
  text: string;
}

/**
 * A text to an agent, or one that names agents in a group; undefined: it is no
 * question. Agents ask nobody, so that two of them never talk without an end.
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
  const { text, atUserList } = membersOf(content);
  if (typeof text !== "string" || !Array.isArray(atUserList)) return undefined;
  const named = atUserList.filter((each) => typeof each === "string");
  const agentIDs = [...new Set(named)].filter(isAgentID);
  if (agentIDs.length === 0) return undefined;
  return { agentIDs, text: withoutNames(text, agentIDs) || text };
}

/** Clients write `@` and the id where the text names somebody. */
function withoutNames(text: string, userIDs: readonly string[]): string {
  let rest = text;
  // One id may be the beginning of another.
  for (const userID of userIDs.toSorted((a, b) => b.length - a.length))
    rest = rest.replaceAll(`@${userID}`, "");
  return rest.trim();
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
