import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  test,
} from "bun:test";

import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import {
  AccountAddAdmin,
  AdminAccountLogin,
} from "@parley/protocol/methods/chat/administrators";
import {
  AddNotificationAccount,
  UserRegister,
} from "@parley/protocol/methods/users";
import {
  CreateGroup,
  InviteUserToGroup,
} from "@parley/protocol/methods/groups";
import {
  AddBlack,
  AddFriend,
  ImportFriend,
} from "@parley/protocol/methods/friends";
import { AccountRegister } from "@parley/protocol/methods/chat/accounts";
import { AccountAddUser } from "@parley/protocol/methods/chat/managed-users";
import {
  AppletAdd,
  ApplicationAddVersion,
} from "@parley/protocol/methods/chat/applications";
import {
  ForbiddenIPAdd,
  InvitationCodeAdd,
} from "@parley/protocol/methods/chat/admission";

import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { pathOf } from "./client.ts";
import type { Called } from "./client.ts";

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
    const im = await ask(server.api, GetAdminToken, {
      secret: "openIM123",
      userID: "imAdmin",
    });
    const chat = await ask(server.chatAdmin, AdminAccountLogin, {
      account: "chatAdmin",
      password: Bun.MD5.hash("chatAdmin", "hex"),
      version: "3.8",
    });
    tokens = {
      im: im.data?.["token"] ?? "",
      chat: chat.data?.["adminToken"] ?? "",
    };
    await asIM(UserRegister, {
      users: ["ann", "bob", "cid"].map((userID) => ({
        userID,
        nickname: userID,
      })),
    });
    await asIM(CreateGroup, {
      ownerUserID: "ann",
      memberUserIDs: [],
      groupInfo: { groupID: "tea", groupName: "tea", groupType: 2 },
    });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  async function ask(
    base: string,
    path: Called,
    body: object,
    token?: string,
  ): Promise<{ errCode: number; data?: Record<string, string> }> {
    const response = await fetch(base + pathOf(path), {
      method: "POST",
      headers: { operationID: "op", ...(token && { token }) },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { errCode: number };
  }
  const asIM = (path: Called, body: object) =>
    ask(server.api, path, body, tokens.im);
  const asChat = (path: Called, body: object) =>
    ask(server.chatAdmin, path, body, tokens.chat);

  type Asked = (path: Called, body: object) => Promise<{ errCode: number }>;
  const group = { groupID: "one", groupName: "one", groupType: 2 };
  const user = { nickname: "al", password: md5, email: "al@x.com" };
  const routes = (): [path: Called, body: object, by: Asked][] => [
    [UserRegister.path, { users: [{ userID: "new", nickname: "n" }] }, asIM],
    [
      CreateGroup.path,
      { ownerUserID: "ann", memberUserIDs: [], groupInfo: group },
      asIM,
    ],
    [InviteUserToGroup.path, { groupID: "tea", invitedUserIDs: ["bob"] }, asIM],
    [AddFriend.path, { fromUserID: "ann", toUserID: "bob", reqMsg: "" }, asIM],
    [ImportFriend.path, { ownerUserID: "ann", friendUserIDs: ["cid"] }, asIM],
    [AddBlack.path, { ownerUserID: "ann", blackUserID: "cid" }, asIM],
    [
      AddNotificationAccount.path,
      { userID: "news", nickName: "news", faceURL: "f", appMangerLevel: 3 },
      asIM,
    ],
    [
      AccountRegister.path,
      { user, verifyCode: "666666", platform: 5 },
      (path, body) => ask(server.chat, path, body),
    ],
    [AccountAddUser.path, { user: { ...user, email: "bo@x.com" } }, asChat],
    [
      AccountAddAdmin.path,
      { account: "sub", password: md5, nickname: "sub" },
      asChat,
    ],
    [
      AppletAdd.path,
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
    [InvitationCodeAdd.path, { codes: ["abcdef"] }, asChat],
    [
      ForbiddenIPAdd.path,
      { forbiddens: [{ ip: "1.2.3.4", limitLogin: true }] },
      asChat,
    ],
    [
      ApplicationAddVersion.path,
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
