import { afterAll, beforeAll, expect, test } from "bun:test";
import { AdminAccountLogin } from "@parley/protocol/methods/chat/administrators";
import { ClientConfigSet } from "@parley/protocol/methods/chat/applications";
import {
  AccountCodeSend,
  AccountRegister,
} from "@parley/protocol/methods/chat/accounts";
import {
  InvitationCodeAdd,
  InvitationCodeSearch,
} from "@parley/protocol/methods/chat/admission";

import { post } from "../client.ts";
import type { RequestError } from "../client.ts";
import { md5 } from "../rights/chat-fixtures.ts";
import { startServer } from "../server.ts";
import type { RunningServer } from "../server.ts";
import type { Called } from "../client.ts";

let server: RunningServer;
let adminToken: string;

beforeAll(async () => {
  server = await startServer();
  ({ adminToken } = await post<{ adminToken: string }>(
    server.chatAdmin,
    AdminAccountLogin,
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  ));
  await administer(ClientConfigSet, {
    config: { needInvitationCodeRegister: "1" },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const administer = <Data>(path: Called, body: object): Promise<Data> =>
  post<Data>(server.chatAdmin, path, body, adminToken);

let phones = 0;
const newPhone = () => ({
  areaCode: "+86",
  phoneNumber: String(13_800_000_000 + phones++),
});

/** Registers; returns the userID or the error code. */
async function register(invitationCode?: string): Promise<string | number> {
  const user = { nickname: "al", ...newPhone(), password: md5("secret1") };
  return post<{ userID: string }>(server.chat, AccountRegister, {
    verifyCode: "666666",
    platform: 5,
    user,
    ...(invitationCode !== undefined && { invitationCode }),
  }).then(
    ({ userID }) => userID,
    (error: unknown) => (error as RequestError).code,
  );
}

/** Asks for a code; returns the error code, 0: success. */
const sendCode = (invitationCode: string): Promise<number> =>
  post(server.chat, AccountCodeSend, {
    usedFor: 1,
    ...newPhone(),
    invitationCode,
  }).then(
    () => 0,
    (error: unknown) => (error as RequestError).code,
  );

interface Invitation {
  invitationCode: string;
  usedUserID: string;
  usedUser: { nickname: string } | null;
}

async function search(status: number): Promise<Invitation[]> {
  const { list } = await administer<{ list: Invitation[] | null }>(
    InvitationCodeSearch,
    { status, pagination: { pageNumber: 1, showNumber: 20 } },
  );
  return list ?? [];
}

test("an invitation lets one person in, and then says whom", async () => {
  await administer(InvitationCodeAdd, { codes: ["tea", "bread"] });
  expect(await sendCode("tea")).toBe(0);
  expect(await sendCode("beer")).toBe(20011);
  expect(await register("beer")).toBe(20011);
  expect(await register()).toBe(1001);

  const userID = await register("tea");
  expect(userID).toBeString();
  expect(await search(1)).toEqual([
    expect.objectContaining({
      invitationCode: "tea",
      usedUserID: userID,
      usedUser: expect.objectContaining({ nickname: "al" }),
    }),
  ]);
  expect((await search(2)).map((each) => each.invitationCode)).toEqual([
    "bread",
  ]);
  expect(await register("tea")).toBe(20010);
  expect(await sendCode("tea")).toBe(20010);
});

test("of several who use an invitation at the same time one gets in", async () => {
  await administer(InvitationCodeAdd, { codes: ["cake"] });
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => register("cake")),
  );
  expect(outcomes.filter((each) => typeof each === "string")).toHaveLength(1);
  expect(outcomes.filter((each) => each === 20010)).toHaveLength(7);
});
