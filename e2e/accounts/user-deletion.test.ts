import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import type { AccountDeletion, AuditEntry } from "@parley/protocol/chat/audit";
import {
  UserDelete,
  UserGetDeletion,
} from "@parley/protocol/methods/chat/managed-users";
import {
  AccountLogin,
  AccountRegister,
  UserFindFull,
} from "@parley/protocol/methods/chat/accounts";
import { GetUsersInfo } from "@parley/protocol/methods/users";
import { AuditSearch } from "@parley/protocol/methods/chat/audit";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import { startPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";
import type { EmbeddedPostgres } from "@parley/server/testing/storage/embedded-postgres.ts";

import { post } from "../client.ts";
import { ChatFixtures, md5, password } from "../rights/chat-fixtures.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import type { Called } from "../client.ts";

let server: RunningServer;
let fixtures: ChatFixtures;
let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.stop());

const codeOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 0,
    ({ code }: { code: number }) => code,
  );

const remove = (userID: string, token: string): Promise<AccountDeletion> =>
  post(server.chatAdmin, UserDelete, { userID }, token);

describe.each(["sqlite", "postgres"])("with %s", (database) => {
  beforeAll(async () => {
    if (database === "postgres") postgres = await startPostgres();
    const databaseURL = (await postgres?.createDatabase()) ?? "";
    server = await startServer({
      environment: { PARLEY_DATABASE_URL: databaseURL },
    });
    fixtures = await ChatFixtures.create(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a super administrator deletes a person, whose address and id are free for somebody new", async () => {
    const { superAdministrator, administrator } = fixtures.tokens;
    const al = await fixtures.person();
    const signIn = () =>
      post<{ userID: string }>(server.chat, AccountLogin, {
        platform: 5,
        email: al.email,
        password,
      });
    await signIn();

    expect(await codeOf(remove(al.userID, administrator))).toBe(1002);
    expect((await signIn()).userID).toBe(al.userID);
    const receipt = await remove(al.userID, superAdministrator);
    expect(receipt).toMatchObject({
      userID: al.userID,
      state: "done",
      removed: { accounts: 1, credentials: 1, loginRecords: 2 },
      im: { state: "done", removed: { profiles: 1 } },
    });
    expect(receipt.removed?.tokens).toBeGreaterThan(0);
    expect(receipt.im?.removed?.tokens).toBeGreaterThan(0);
    const seen = post<AccountDeletion>(
      server.chatAdmin,
      UserGetDeletion,
      { userID: al.userID },
      superAdministrator,
    );
    expect(await seen).toEqual(receipt);
    expect(await remove(al.userID, superAdministrator)).toMatchObject({
      removed: receipt.removed,
      im: receipt.im,
    });

    expect(await codeOf(signIn())).toBe(20002);
    const asAl = (base: string, path: Called, token: string) =>
      codeOf(post(base, path, { userIDs: [al.userID] }, token));
    expect(await asAl(server.chat, UserFindFull, al.chatToken)).toBe(20101);
    expect(await asAl(server.api, GetUsersInfo, al.imToken)).toBe(1507);

    const again = await fixtures.post<{ userID: string }>(
      "accounts",
      AccountRegister,
      {
        platform: 5,
        autoLogin: true,
        user: { ...fixtures.newcomer(), email: al.email, userID: al.userID },
      },
    );
    expect(again.userID).toBe(al.userID);
    expect((await signIn()).userID).toBe(al.userID);
  });

  test("administrators are not deleted as people are, and nobody is whom nobody knows", async () => {
    const { superAdministrator } = fixtures.tokens;
    const { userID } = await fixtures.administrator();
    expect(await codeOf(remove(userID, superAdministrator))).toBe(1002);
    expect(await codeOf(remove("imAdmin", superAdministrator))).toBe(1002);
    expect(await codeOf(remove("nobody", superAdministrator))).toBe(1004);
  });

  test("the audit shows super administrators who deleted whom, who was refused, and who tried to sign in", async () => {
    const { superAdministrator, administrator } = fixtures.tokens;
    const { userID } = await fixtures.person();
    await codeOf(remove(userID, administrator));
    await remove(userID, superAdministrator);
    const search = async (wanted: object, token = superAdministrator) =>
      (
        await post<{ entries: AuditEntry[] | null }>(
          server.chatAdmin,
          AuditSearch,
          { ...wanted, pagination: { pageNumber: 1, showNumber: 10 } },
          token,
        )
      ).entries ?? [];
    expect(await search({ target: userID })).toMatchObject([
      {
        action: UserDelete.path,
        operatorUserID: "imAdmin",
        operatorAccount: "chatAdmin",
        outcome: "done",
        address: "127.0.0.1",
      },
      { action: UserDelete.path, outcome: "refused", errCode: 1002 },
    ]);
    expect(await codeOf(search({}, administrator))).toBe(1002);

    await codeOf(
      post(server.chatAdmin, AdminAccountLogin, {
        account: "chatAdmin",
        password: md5("a guess"),
        version: "1",
      }),
    );
    const [tried] = await search({ action: AdminAccountLogin.path });
    expect(tried).toMatchObject({
      operatorAccount: "chatAdmin",
      outcome: "refused",
      errCode: 20001,
    });
    expect(JSON.stringify(tried)).not.toContain(md5("a guess"));
  });
});
