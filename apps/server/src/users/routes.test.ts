import { expect, test } from "bun:test";
import {
  AccountCheck,
  AddNotificationAccount,
  DelUserClientConfig,
  GetAllUserIDs,
  GetUserClientConfig,
  GetUsers,
  GetUsersInfo,
  GetUsersOnlineStatus,
  GetUsersOnlineTokenDetail,
  GetUsersStatus,
  PageUserClientConfig,
  ProcessUserCommandAdd,
  ProcessUserCommandDelete,
  ProcessUserCommandGet,
  ProcessUserCommandGetAll,
  ProcessUserCommandUpdate,
  SearchNotificationAccount,
  SetGlobalMsgRecvOpt,
  SetUserClientConfig,
  UpdateNotificationAccount,
  UpdateUserInfo,
  UpdateUserInfoEx,
  UserRegister,
} from "@parley/protocol/methods/users";
import type { Method } from "@parley/protocol/method";

import { createCaches } from "../storage/caches.ts";
import type { Actor } from "../http/actor.ts";
import { createSessions } from "../gateway/sessions.ts";
import type { Session } from "../gateway/sessions.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createClientConfig } from "./client-config.ts";
import { createUserCommands } from "./commands.ts";
import { createUserDirectory } from "./directory.ts";
import { userRoutes } from "./routes.ts";
import { createUsers } from "./users.ts";

/** A server of nothing but users: admin, ann and bob. */
async function serve({ db, transact }: TestStorage) {
  const now = () => 1_700_000_000_000;
  const sessions = createSessions();
  const users = createUsers({
    db,
    transact,
    directory: createUserDirectory({ caches: createCaches(), db }),
    notify: async () => undefined,
    profileChanged: async () => undefined,
    adminUserIDs: ["admin"],
    registered: () => undefined,
    now,
    randomDigits: () => "1234567890",
  });
  const routes = new Map(
    userRoutes({
      users,
      commands: createUserCommands({ db, transact, now }),
      clientConfig: createClientConfig({ db, transact, getUser: users.get }),
      sessions,
    }).map((route) => [route.method.path, route]),
  );

  /** Answers data, or throws what the client would be told. */
  async function post(
    as: string,
    { path }: Pick<Method, "path">,
    body: unknown,
  ): Promise<any> {
    const actor: Actor = { userID: as, platformID: 1, isAdmin: as === "admin" };
    const data = await routes
      .get(path)!
      .answer(
        {
          cause: { actor, operationID: "op" },
          address: "",
          headers: new Headers(),
          query: new URLSearchParams(),
        },
        typeof body === "string" ? body : JSON.stringify(body),
      )
      .catch((error: any) => {
        throw error.refusal
          ? { code: error.refusal.code, status: error.status }
          : error;
      });
    return data === undefined ? undefined : JSON.parse(data);
  }

  await post("admin", UserRegister, {
    users: ["ann", "bob"].map((userID) => ({ userID, nickname: userID })),
  });
  return { post, sessions, paths: [...routes.keys()] };
}

const page = { pageNumber: 1, showNumber: 20 };

forEachEngine("user routes", (open) => {
  test("there are 25, each once", async () => {
    await using storage = await open();
    const { paths } = await serve(storage);
    expect(paths).toHaveLength(25);
    expect(paths.every((path) => path.startsWith("/user/"))).toBe(true);
  });

  test.each([
    [UserRegister.path, { users: [{ userID: "x", nickname: "x" }] }],
    [AccountCheck.path, { checkUserIDs: ["bob"] }],
    [GetUsers.path, { pagination: page }],
    [GetAllUserIDs.path, { pagination: page }],
    [GetUsersOnlineStatus.path, { userIDs: ["bob"] }],
    [UpdateUserInfo.path, { userInfo: { userID: "bob" } }],
    [UpdateUserInfoEx.path, { userInfo: { userID: "bob" } }],
    [SetGlobalMsgRecvOpt.path, { userID: "bob" }],
    [ProcessUserCommandAdd.path, { userID: "bob", type: 1, uuid: "u" }],
    [ProcessUserCommandDelete.path, { userID: "bob", type: 1, uuid: "u" }],
    [ProcessUserCommandUpdate.path, { userID: "bob", type: 1, uuid: "u" }],
    [ProcessUserCommandGet.path, { userID: "bob", type: 1 }],
    [ProcessUserCommandGetAll.path, { userID: "bob" }],
    [AddNotificationAccount.path, { nickName: "n", appMangerLevel: 3 }],
    [UpdateNotificationAccount.path, { userID: "bob", nickName: "n" }],
    [SearchNotificationAccount.path, { pagination: page }],
    [GetUserClientConfig.path, { userID: "bob" }],
    [SetUserClientConfig.path, { configs: { a: "b" } }],
    [DelUserClientConfig.path, { keys: ["a"] }],
    [PageUserClientConfig.path, { pagination: page }],
  ])("%s is not for another user", async (path, body) => {
    await using storage = await open();
    const { post } = await serve(storage);
    await expect(post("ann", { path }, body)).rejects.toMatchObject({
      code: 1002,
    });
  });

  test("the form is checked before the permission", async () => {
    await using storage = await open();
    const { post } = await serve(storage);
    for (const [path, body] of [
      [UserRegister.path, { users: [] }],
      [UserRegister.path, { users: [null] }],
      [AccountCheck.path, { checkUserIDs: ["a", "a"] }],
      [GetUsers.path, {}],
      [SetGlobalMsgRecvOpt.path, { userID: "bob", globalRecvMsgOpt: 3 }],
      [AddNotificationAccount.path, { nickName: "n", appMangerLevel: 2 }],
      [UpdateNotificationAccount.path, { userID: "bob" }],
      [SearchNotificationAccount.path, { pagination: {} }],
    ] as const)
      await expect(post("ann", { path }, body)).rejects.toMatchObject({
        code: 1001,
      });
  });

  test("the older update keeps what is empty, the newer what is absent", async () => {
    await using storage = await open();
    const { post } = await serve(storage);
    const change = { userID: "ann", nickname: "", faceURL: "f", ex: "" };
    const read = async () =>
      (await post("bob", GetUsersInfo, { userIDs: ["ann"] })).usersInfo[0];

    await post("ann", UpdateUserInfo, { userInfo: change });
    expect(await read()).toMatchObject({ nickname: "ann", faceURL: "f" });

    await post("ann", UpdateUserInfoEx, {
      userInfo: { ...change, faceURL: null },
    });
    expect(await read()).toMatchObject({ nickname: "", faceURL: "f" });
  });

  test("a command's ex does not take its value's place", async () => {
    await using storage = await open();
    const { post } = await serve(storage);
    const command = { userID: "ann", type: 9, uuid: "u", value: "v", ex: "e" };
    await post("ann", ProcessUserCommandAdd, command);

    expect(
      await post("ann", ProcessUserCommandGet, {
        userID: "ann",
        type: 9,
      }),
    ).toMatchObject({ CommandResp: [{ value: "v", ex: "e" }] });
  });

  test("who is online is seen with each connection", async () => {
    await using storage = await open();
    const { post, sessions } = await serve(storage);
    const connect = (id: string, platformID: number, token: string) =>
      sessions.add({
        id,
        userID: "bob",
        platformID,
        token,
        isBackground: platformID === 1,
      } as Session);
    connect("c1", 5, "t1");
    connect("c2", 1, "t2");
    connect("c3", 5, "t3");
    const userIDs = ["ann", "bob"];
    const ask = (as: string, method: Pick<Method, "path">) =>
      post(as, method, { userIDs });

    expect((await ask("ann", GetUsersStatus)).statusList).toEqual([
      { userID: "ann", status: 0, platformIDs: null },
      { userID: "bob", status: 1, platformIDs: [1, 5] },
    ]);
    expect(await ask("admin", GetUsersOnlineStatus)).toEqual([
      { userID: "ann", status: 0, detailPlatformStatus: null },
      {
        userID: "bob",
        status: 1,
        detailPlatformStatus: [
          { platformID: 5, connID: "c1", isBackground: false, token: "t1" },
          { platformID: 1, connID: "c2", isBackground: true, token: "t2" },
          { platformID: 5, connID: "c3", isBackground: false, token: "t3" },
        ],
      },
    ]);
    expect(await ask("admin", GetUsersOnlineTokenDetail)).toEqual([
      {
        userID: "bob",
        status: 1,
        singlePlatformToken: [
          { platformID: 5, total: 2, token: ["t1", "t3"] },
          { platformID: 1, total: 1, token: ["t2"] },
        ],
      },
    ]);
    // Others see no tokens, and are not told why.
    expect(await ask("ann", GetUsersOnlineTokenDetail)).toBeNull();
  });

  test("two routes answer a body that is no JSON with HTTP 400", async () => {
    await using storage = await open();
    const { post } = await serve(storage);

    for (const [path, code] of [
      [GetUsersOnlineStatus.path, 500],
      [GetUsersOnlineTokenDetail.path, 1001],
    ] as const)
      await expect(post("admin", { path }, "{")).rejects.toEqual({
        code,
        status: 400,
      });
    await expect(post("ann", GetUsersInfo, "{")).rejects.toEqual({
      code: 1001,
      status: 200,
    });
  });
});
