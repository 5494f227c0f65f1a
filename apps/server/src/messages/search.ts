import { SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { ChatLog, SearchChatLog } from "@parley/protocol/generated/msg";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { GroupInfo, UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { listRevocations } from "./marks.ts";
import type { Hit, SearchIndex, SearchQuery } from "./search-index.ts";

/**
 * Returns stored chat messages for an administrator, oldest first
 * (docs/wire/messages.md#sending-over-rest). The total is bounded: at most a
 * fixed number of messages beyond the page is counted.
 */
export type SearchMessages = (
  query: SearchQuery,
  page: Page,
) => Promise<{ chatLogs: SearchChatLog[]; chatLogsNum: number }>;

export interface SearchDeps {
  db: Kysely<Schema>;
  index: SearchIndex;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
}

/** Messages read for one search when the page is full, and at most. */
const enough = 20_000;
const most = 200_000;

export function createSearch(deps: SearchDeps): SearchMessages {
  const { db, index, listUsers, listGroups } = deps;

  async function listRevoked(hits: readonly Hit[]): Promise<Set<Hit>> {
    const revoked = new Set<Hit>();
    for (const [headID, found] of Map.groupBy(hits, (hit) => hit.headID)) {
      const seqs = found.map(({ seq }) => seq);
      const known = await listRevocations(db, headID, seqs);
      for (const hit of found) if (known.has(hit.seq)) revoked.add(hit);
    }
    return revoked;
  }

  return async (query, { offset, limit }) => {
    await index.catchUp();
    const hits: Hit[] = [];
    let total = 0;
    let looked = 0;
    for await (const part of index.find(query)) {
      for (const hit of part.hits)
        if (total++ >= offset && hits.length < limit) hits.push(hit);
      looked += part.count;
      if (looked >= (hits.length === limit ? enough : most)) break;
    }
    const messages = hits.map(({ view }) => MsgData.decode(view.bytes));
    const users = new Map(
      (
        await listUsers(
          messages.flatMap(({ sendID, recvID }) => [sendID, recvID]),
        )
      ).map((user) => [user.userID, user]),
    );
    const groups = new Map(
      (await listGroups(messages.map(({ groupID }) => groupID))).map(
        (group) => [group.groupID, group],
      ),
    );
    const revoked = await listRevoked(hits);
    return {
      chatLogs: hits.map((hit, i) => ({
        chatLog: toChatLog(messages[i]!, users, groups),
        isRevoked: revoked.has(hit),
      })),
      chatLogsNum: total,
    };
  };
}

/** A UTC date as the milliseconds of that day; "" is any. */
export function toDay(date: string): SearchQuery["sent"] {
  if (date === "") return undefined;
  const from = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN;
  // Date.parse takes the 31st of every month.
  if (Number.isNaN(from) || !new Date(from).toISOString().startsWith(date))
    throw errors.args(`sendTime '${date}' is not a date like 2026-01-31`);
  return { from, to: from + 86_400_000 };
}

/** groupOwner and groupFaceURL stay empty, as in OpenIM. */
function toChatLog(
  message: MsgData,
  users: ReadonlyMap<string, UserInfo>,
  groups: ReadonlyMap<string, GroupInfo>,
): ChatLog {
  const { sendID, recvID, groupID, senderNickname } = message;
  const isGroup = message.sessionType === SessionType.group;
  const group = isGroup ? groups.get(groupID) : undefined;
  return {
    serverMsgID: message.serverMsgID,
    clientMsgID: message.clientMsgID,
    sendID,
    recvID: isGroup ? groupID : recvID,
    groupID,
    recvNickname: isGroup ? "" : (users.get(recvID)?.nickname ?? ""),
    senderPlatformID: message.senderPlatformID,
    senderNickname: senderNickname || (users.get(sendID)?.nickname ?? ""),
    senderFaceURL: isGroup ? (group?.faceURL ?? "") : message.senderFaceURL,
    groupName: group?.groupName ?? "",
    sessionType: message.sessionType,
    msgFrom: message.msgFrom,
    contentType: message.contentType,
    content: new TextDecoder().decode(message.content),
    status: message.status,
    sendTime: message.sendTime,
    createTime: message.createTime,
    ex: message.ex,
    groupFaceURL: "",
    groupMemberCount: group?.memberCount ?? 0,
    seq: message.seq,
    groupOwner: "",
    groupType: group?.groupType ?? 0,
  };
}
