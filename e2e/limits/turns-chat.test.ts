import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import { fieldPaths, lastOf, pathText } from "@parley/protocol/field-paths";

import { Admin, post, RequestError } from "../client.ts";
import { md5 } from "../rights/chat-fixtures.ts";
import { listServed } from "../rights/served-routes.ts";
import type { RunningServer } from "../server.ts";
import { mostMs, startWatched } from "./longest-turn.ts";
import type { WatchedServer } from "./longest-turn.ts";

// At the ports of accounts, administration and bots: requests with lists as long as
// they may be, all of which succeed, keep nobody from their turn.

let watched: WatchedServer;
let admin: Admin;
let adminToken: string;
let chatToken: string;

type Port = "accounts" | "administration" | "agents";

beforeAll(async () => {
  watched = await startWatched();
  const { server } = watched;
  admin = await Admin.signIn(server.api);
  ({ adminToken } = await post<{ adminToken: string }>(
    server.chatAdmin,
    "/account/login",
    { account: "chatAdmin", password: md5("chatAdmin"), version: "1" },
  ));
  ({ chatToken } = await post<{ chatToken: string }>(
    server.chat,
    "/account/register",
    {
      platform: 5,
      autoLogin: true,
      verifyCode: "666666",
      user: { nickname: "Ann", areaCode: "+86", phoneNumber: "13800000000" },
    },
  ));
  await importUsers("p");
  for (const groupID of groupIDs)
    await admin.post("/group/create_group", {
      ownerUserID: people[0],
      groupInfo: { groupID, groupName: groupID, groupType: 2 },
    });
});
afterAll(() => watched[Symbol.asyncDispose]());

const addressOf = ({ chat, chatAdmin, agents }: RunningServer, port: Port) =>
  ({ accounts: chat, administration: chatAdmin, agents })[port];

const ask = <Data = unknown>(
  port: Port,
  path: string,
  body: object,
): Promise<Data> =>
  post<Data>(
    addressOf(watched.server, port),
    path,
    body,
    port === "accounts" ? chatToken : adminToken,
  );
const administer = <Data = unknown>(path: string, body: object) =>
  ask<Data>("administration", path, body);

const idsOf = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`);

const people = idsOf("p", 10_000);
const some = people.slice(0, 1_000);
const groupIDs = idsOf("group", 1_000);
const page = { pagination: { pageNumber: 1, showNumber: 1_000 } };

/** Without passwords, whose hashes are made beside the event loop for minutes. */
const newcomers = (letter: string) =>
  idsOf(letter, 10_000).map((userID) => ({
    userID,
    nickname: `Person ${userID} `.padEnd(250, "x"),
    faceURL: `https://example.com/${userID}/`.padEnd(1_000, "x"),
    email: `${userID}@example.com`,
    password: "",
  }));
const importUsers = (letter: string): Promise<unknown> =>
  administer("/user/import/json", { users: newcomers(letter) });

/** One call each. */
async function forEach<Item>(
  items: readonly Item[],
  call: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += 100)
    await Promise.all(items.slice(from, from + 100).map(call));
}

const codesOf = (i: number): string[] => idsOf(`code${i}x`, 1_000);
const addCodes = (i: number) =>
  administer("/invitation_code/add", { codes: codesOf(i) });
const addressesOf = (i: number): string[] =>
  Array.from(
    { length: 1_000 },
    (_, n) => `10.${i}.${Math.floor(n / 250)}.${(n % 250) + 1}`,
  );
const addAddresses = (i: number) =>
  administer("/forbidden/ip/add", {
    forbiddens: addressesOf(i).map((ip) => ({
      ...{ ip, limitRegister: true, limitLogin: true },
    })),
  });
const limitsOf = (i: number) =>
  some.map((userID) => ({ userID, ip: `198.51.100.${i + 1}` }));

const configOf = (i: number) =>
  Object.fromEntries(idsOf("key", 1_000).map((key) => [key, `value ${i}`]));

const appletIDs = (i: number): string[] => idsOf(`applet${i}x`, 1_000);
let versionIDs: string[] = [];

/** Undoes the previous attempt before each further one. */
const onAgain =
  (undo: () => Promise<unknown>) =>
  async (i: number): Promise<void> => {
    if (i > 0) await undo();
  };

interface Request {
  /** A path, and then its list or map or what else is much of it. */
  title: string;
  port: Port;
  before?(attempt: number): Promise<unknown>;
  body(attempt: number): object;
  isRefused?: boolean;
}

const requests: Request[] = [
  {
    title: "/user/find/public userIDs[]",
    port: "accounts",
    body: () => ({ userIDs: people }),
  },
  {
    title: "/user/find/full userIDs[]",
    port: "accounts",
    body: () => ({ userIDs: people }),
  },
  {
    title: "/user/search/full of all",
    port: "accounts",
    body: () => ({ keyword: "person", genders: 0, normal: 0, ...page }),
  },
  {
    title: "/friend/search userIDs[]",
    port: "accounts",
    body: () => ({ keyword: "", userIDs: some, ...page }),
  },
  {
    title: "/friend/search genders[]",
    port: "accounts",
    body: () => ({
      keyword: "",
      genders: Array.from({ length: 1_000 }, () => 1),
      ...page,
    }),
  },
  {
    title: "/application/page_versions platform[]",
    port: "accounts",
    body: () => ({ platform: idsOf("platform", 1_000), ...page }),
  },
  {
    title: "/application/page_versions platform[]",
    port: "administration",
    body: () => ({ platform: idsOf("platform", 1_000), ...page }),
  },
  {
    title: "/user/import/json users[]",
    port: "administration",
    body: (i) => ({ users: newcomers(`n${i}x`) }),
  },
  {
    // There are not so many: each needs a password.
    title: "/account/del_admin userIDs[]",
    port: "administration",
    body: () => ({ userIDs: some }),
    isRefused: true,
  },
  {
    title: "/invitation_code/add codes[]",
    port: "administration",
    body: (i) => ({ codes: codesOf(i) }),
  },
  {
    title: "/invitation_code/gen of as many",
    port: "administration",
    body: () => ({ len: 16, num: 1_000, chars: "0123456789abcdef" }),
  },
  {
    title: "/invitation_code/search codes[]",
    port: "administration",
    before: (i) => addCodes(10 + i),
    body: (i) => ({ status: 0, codes: codesOf(10 + i), ...page }),
  },
  {
    title: "/invitation_code/search userIDs[]",
    port: "administration",
    body: () => ({ status: 0, userIDs: some, ...page }),
  },
  {
    title: "/invitation_code/del codes[]",
    port: "administration",
    before: (i) => addCodes(20 + i),
    body: (i) => ({ codes: codesOf(20 + i) }),
  },
  {
    title: "/forbidden/ip/add forbiddens[]",
    port: "administration",
    body: (i) => ({
      forbiddens: addressesOf(i).map((ip) => ({
        ...{ ip, limitRegister: true, limitLogin: true },
      })),
    }),
  },
  {
    title: "/forbidden/ip/del ips[]",
    port: "administration",
    before: (i) => addAddresses(10 + i),
    body: (i) => ({ ips: addressesOf(10 + i) }),
  },
  {
    title: "/forbidden/user/add limits[]",
    port: "administration",
    body: (i) => ({ limits: limitsOf(i) }),
  },
  {
    title: "/forbidden/user/del limits[]",
    port: "administration",
    before: (i) =>
      administer("/forbidden/user/add", { limits: limitsOf(10 + i) }),
    body: (i) => ({ limits: limitsOf(10 + i) }),
  },
  {
    title: "/applet/del appletIds[]",
    port: "administration",
    before: (i) =>
      forEach(appletIDs(i), (id) =>
        administer("/applet/add", {
          ...{ id, name: id, appID: id, icon: "i", url: "u", md5: "m" },
          ...{ size: 1, version: "1", status: 1 },
        }),
      ),
    body: (i) => ({ appletIds: appletIDs(i) }),
  },
  {
    title: "/client_config/set config{}",
    port: "administration",
    body: (i) => ({ config: configOf(i) }),
  },
  {
    title: "/client_config/del keys[]",
    port: "administration",
    before: (i) => administer("/client_config/set", { config: configOf(i) }),
    body: () => ({ keys: idsOf("key", 1_000) }),
  },
  {
    title: "/application/delete_version id[]",
    port: "administration",
    async before(i) {
      await forEach(idsOf(`version${i}x`, 1_000), (version) =>
        administer("/application/add_version", {
          ...{ platform: "android", version, url: "https://example.com" },
        }),
      );
      const { versions } = await administer<{ versions: { id: string }[] }>(
        "/application/page_versions",
        { platform: ["android"], ...page },
      );
      versionIDs = versions.map(({ id }) => id);
      expect(versionIDs).toHaveLength(1_000);
    },
    body: () => ({ id: versionIDs }),
  },
  {
    title: "/block/del userIDs[]",
    port: "administration",
    before: () =>
      forEach(some, (userID) =>
        administer("/block/add", { userID, reason: "Advertises" }),
      ),
    body: () => ({ userIDs: some }),
  },
  {
    title: "/default/user/add userIDs[]",
    port: "administration",
    before: onAgain(() => administer("/default/user/del", { userIDs: some })),
    body: () => ({ userIDs: some }),
  },
  {
    title: "/default/user/del userIDs[]",
    port: "administration",
    before: onAgain(() => administer("/default/user/add", { userIDs: some })),
    body: () => ({ userIDs: some }),
  },
  {
    title: "/default/group/add groupIDs[]",
    port: "administration",
    before: onAgain(() => administer("/default/group/del", { groupIDs })),
    body: () => ({ groupIDs }),
  },
  {
    title: "/default/group/del groupIDs[]",
    port: "administration",
    before: onAgain(() => administer("/default/group/add", { groupIDs })),
    body: () => ({ groupIDs }),
  },
  {
    title: "/agent/delete userIDs[]",
    port: "agents",
    body: () => ({ userIDs: idsOf("bot_", 1_000) }),
  },
  {
    title: "/agent/page userIDs[]",
    port: "agents",
    body: () => ({ userIDs: idsOf("bot_", 1_000), ...page }),
  },
];

test.each(
  requests.map((each) => [`${each.port}: ${each.title}`, each] as const),
)("%s holds up nobody", async (_, request) => {
  const { title, port, before, body, isRefused = false } = request;
  const [path = ""] = title.split(" ");
  const held = await watched.leastHold(async (i) => {
    const answer = ask(port, path, body(i));
    if (isRefused) await expect(answer).rejects.toBeInstanceOf(RequestError);
    else await answer;
  }, before);
  expect(held).toBeLessThanOrEqual(mostMs);
});

/** One that succeeds begins the server again: e2e/config-manager.test.ts. */
const elsewhere = ["administration: /config/set_configs configs[]"];

test("every list of every request at these ports is among them", async () => {
  const served = await listServed();
  const titles = (["accounts", "administration", "agents"] as const).flatMap(
    (port) =>
      served[port].routes.flatMap(({ method: { path: route, request } }) =>
        [...fieldPaths(request.descriptor)]
          .filter((path) => isLong(lastOf(path)) && path.length === 1)
          .map((path) => `${port}: ${route} ${pathText(path)}`),
      ),
  );
  const asked = requests.map(({ port, title }) => `${port}: ${title}`);
  const known = [...asked, ...elsewhere];
  expect(titles.filter((title) => !known.includes(title))).toEqual([]);
});

const isLong = ({ shape }: Field): boolean => ["list", "map"].includes(shape);
