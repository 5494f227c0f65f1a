import { randomUUID } from "node:crypto";

import { ReqIdentifier } from "@parley/protocol/envelope";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { ExplainUnsent } from "@parley/protocol/methods/push";
import { CreateGroup } from "@parley/protocol/methods/groups";

import { Client } from "../client.ts";
import type { Admin } from "../client.ts";
import type { RunningServer } from "../server.ts";

// Actions and queries of the push tests.

export interface Explanation {
  providers: string[];
  unsent: {
    reason: string;
    provider: string;
    detail: string;
    userIDs: string[];
    userCount: number;
  }[];
  /** null: none, as Go writes it. */
  devices: { platformID: number; providers: string[] }[] | null;
  hasMuted: boolean;
}

/** Says a text as the recordings do: operationID op-1, two more fields. */
export async function say(
  from: Client,
  to: { recvID: string } | { groupID: string },
  more: Partial<MsgData> = {},
): Promise<string> {
  const clientMsgID = randomUUID();
  const message: Partial<MsgData> = {
    sendID: from.userID,
    clientMsgID,
    senderPlatformID: 5,
    sessionType: "recvID" in to ? 1 : 3,
    msgFrom: 100,
    contentType: 101,
    content: new TextEncoder().encode('{"content":"hello"}'),
    createTime: Date.now(),
    status: 1,
    ...to,
    ...more,
  };
  const data = MsgData.encode(message);
  await from.request(ReqIdentifier.sendMsg, data, "op-1");
  return clientMsgID;
}

/** Asks until there is an answer: reasons are known once a push was tried. */
export async function explain(
  admin: Admin,
  clientMsgID: string,
  userID = "",
): Promise<Explanation> {
  for (;;) {
    const answer = await admin.post<Explanation>(ExplainUnsent, {
      clientMsgID,
      userID,
    });
    if (answer.unsent) return answer;
    await Bun.sleep(20);
  }
}

export async function makeGroup(
  admin: Admin,
  ownerUserID: string,
  memberUserIDs: string[],
): Promise<string> {
  const { groupInfo } = await admin.post<{ groupInfo: { groupID: string } }>(
    CreateGroup,
    {
      ownerUserID,
      memberUserIDs,
      groupInfo: { groupName: "g", groupType: 2 },
    },
  );
  return groupInfo.groupID;
}

export async function connect(
  server: RunningServer,
  admin: Admin,
  userID: string,
  platformID = 5,
  isBackground = false,
): Promise<Client> {
  const token = await admin.tokenOf(userID, platformID);
  return Client.connect(server.ws, userID, token, { platformID, isBackground });
}
