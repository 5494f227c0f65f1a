import { expect, test } from "bun:test";

import { SendMsgStatus } from "@parley/protocol/content-types";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import {
  CheckMsgIsSendSuccess,
  SendMsg,
} from "@parley/protocol/methods/messages";
import type { Method } from "@parley/protocol/method";

import { Admin, post } from "../client.ts";
import { startCluster } from "./cluster.ts";

test("what became of a send was known to the node alone that had taken it", async () => {
  await using cluster = await startCluster({ nodes: 2 });
  const admin = await Admin.signIn(cluster.node(0).server.api);
  const { token } = await post<{ token: string }>(
    cluster.node(0).server.api,
    GetAdminToken,
    { secret: "openIM123", userID: "imAdmin" },
  );
  const [sendID, recvID] = await admin.users("ann", "bob");
  const ask = async (
    node: number,
    operationID: string,
    { path }: Pick<Method, "path">,
    body: object,
  ): Promise<{ status?: number }> => {
    const response = await fetch(cluster.node(node).server.api + path, {
      method: "POST",
      headers: { operationID, token },
      body: JSON.stringify(body),
    });
    const { errCode, data } = (await response.json()) as {
      errCode: number;
      data: { status?: number };
    };
    expect(errCode).toBe(0);
    return data;
  };
  const statusOf = async (node: number, operationID: string) =>
    (await ask(node, operationID, CheckMsgIsSendSuccess, {})).status;

  expect(await statusOf(1, "one")).toBe(SendMsgStatus.notExist);
  await ask(0, "one", SendMsg, {
    ...{ sendID, recvID, sessionType: 1, contentType: 101 },
    ...{ senderPlatformID: 5, content: { content: "hello" } },
  });
  for (const node of [0, 1]) {
    expect(await statusOf(node, "one")).toBe(SendMsgStatus.sent);
    expect(await statusOf(node, "two")).toBe(SendMsgStatus.notExist);
  }
  // The result is also there after that node died.
  await cluster.node(0).server.kill();
  expect(await statusOf(1, "one")).toBe(SendMsgStatus.sent);
});
