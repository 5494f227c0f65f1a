import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  test,
} from "bun:test";

import { startPostgres } from "@parley/server/src/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/src/storage/embedded-postgres.ts";

import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

const md5 = "0f8a25b9c3b9ef3b3ff67d0d84db5a8c";

describe.each(["sqlite", "postgres"])("many at once, %s", (database) => {
  let server: RunningServer;
  let tokens: { im: string; chat: string };
  beforeEach(async () => {
    if (database === "postgres") postgres ??= await startPostgres();
    const databaseURL =
      database === "postgres" ? await postgres?.createDatabase() : "";
    server = await startServer({
      environment: { PARLEY_DATABASE_URL: databaseURL ?? "" },
    });
    const im = await ask(server.api, "/auth/get_admin_token", {
      secret: "openIM123",
      userID: "imAdmin",
    });
    const chat = await ask(server.chatAdmin, "/account/login", {
      account: "chatAdmin",
      password: Bun.MD5.hash("chatAdmin", "hex"),
      version: "3.8",
    });
    tokens = {
      im: im.data?.["token"] ?? "",
      chat: chat.data?.["adminToken"] ?? "",
    };
    await asIM("/user/user_register", {
      users: ["ann", "bob", "cid"].map((userID) => ({
        userID,
        nickname: userID,
      })),
    });
    await asIM("/group/create_group", {
      ownerUserID: "ann",
      memberUserIDs: [],
      groupInfo: { groupID: "tea", groupName: "tea", groupType: 2 },
    });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  async function ask(
    base: string,
    path: string,
    body: object,
    token?: string,
  ): Promise<{ errCode: number; data?: Record<string, string> }> {
    const response = await fetch(base + path, {
      method: "POST",
      headers: { operationID: "op", ...(token && { token }) },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { errCode: number };
  }
  const asIM = (path: string, body: object) =>
    ask(server.api, path, body, tokens.im);
  const asChat = (path: string, body: object) =>
    ask(server.chatAdmin, path, body, tokens.chat);

  type Asked = (path: string, body: object) => Promise<{ errCode: number }>;
  const group = { groupID: "one", groupName: "one", groupType: 2 };
  const user = { nickname: "al", password: md5, email: "al@x.com" };
  const routes = (): [path: string, body: object, by: Asked][] => [
    [
      "/user/user_register",
      { users: [{ userID: "new", nickname: "n" }] },
      asIM,
    ],
    [
      "/group/create_group",
      { ownerUserID: "ann", memberUserIDs: [], groupInfo: group },
      asIM,
    ],
    [
      "/group/invite_user_to_group",
      { groupID: "tea", invitedUserIDs: ["bob"] },
      asIM,
    ],
    [
      "/friend/add_friend",
      { fromUserID: "ann", toUserID: "bob", reqMsg: "" },
      asIM,
    ],
    [
      "/friend/import_friend",
      { ownerUserID: "ann", friendUserIDs: ["cid"] },
      asIM,
    ],
    ["/friend/add_black", { ownerUserID: "ann", blackUserID: "cid" }, asIM],
    [
      "/user/add_notification_account",
      { userID: "news", nickName: "news", faceURL: "f", appMangerLevel: 3 },
      asIM,
    ],
    [
      "/account/register",
      { user, verifyCode: "666666", platform: 5 },
      (path, body) => ask(server.chat, path, body),
    ],
    ["/account/add_user", { user: { ...user, email: "bo@x.com" } }, asChat],
    [
      "/account/add_admin",
      { account: "sub", password: md5, nickname: "sub" },
      asChat,
    ],
    [
      "/applet/add",
      {
        id: "app",
        name: "a",
        appID: "a",
        icon: "i",
        url: "u",
        md5: "m",
        size: 1,
        version: "1",
        status: 1,
      },
      asChat,
    ],
    ["/invitation_code/add", { codes: ["abcdef"] }, asChat],
    [
      "/forbidden/ip/add",
      { forbiddens: [{ ip: "1.2.3.4", limitLogin: true }] },
      asChat,
    ],
    [
      "/application/add_version",
      { platform: "ios", version: "1", url: "u", text: "t" },
      asChat,
    ],
  ];

  test("of the same creation end in one success and the contract's refusals, never in a raw 500", async () => {
    for (const [path, body, by] of routes()) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => by(path, body)),
      );
      const codes = answers.map(({ errCode }) => errCode);
      expect([path, codes.filter((code) => code === 500)]).toEqual([path, []]);
      expect([
        path,
        answers.find(({ errCode }) => errCode === 0) ?? answers,
      ]).toEqual([path, expect.objectContaining({ errCode: 0 })]);
    }
  });
});
