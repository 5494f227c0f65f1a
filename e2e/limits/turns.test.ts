import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import { ReqIdentifier } from "@parley/protocol/envelope";
import {
  fieldPaths,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import { UserRegister } from "@parley/protocol/methods/users";
import {
  CreateGroup,
  GetFullGroupMemberUserIDs,
  GetFullJoinGroupIDs,
  GetGroupMemberList,
  GetIncrementalGroupMembersBatch,
  GetIncrementalJoinGroups,
  InviteUserToGroup,
} from "@parley/protocol/methods/groups";
import {
  BatchSendMsg,
  GetConversationsHasReadAndMaxSeq,
  GetNewestSeq,
} from "@parley/protocol/methods/messages";
import {
  GetAllConversations,
  GetFullConversationIDs,
  GetIncrementalConversations,
  GetNotNotifyConversationIDs,
  GetOwnerConversation,
  GetPinnedConversationIDs,
  GetSortedConversationList,
} from "@parley/protocol/methods/conversations";
import { GetActiveJssdkConversations } from "@parley/protocol/methods/jssdk";
import { imExamples } from "@parley/server/src/docs/examples-im.ts";

import { Admin, Client, post } from "../client.ts";
import { listServed } from "../rights/served-routes.ts";
import { mostMs, startWatched } from "./longest-turn.ts";
import type { WatchedServer } from "./longest-turn.ts";

// Lists as long as they may be, in every route and frame that takes one: none of them
// keeps everybody else from their turn.

const { im, frames } = await listServed();

let watched: WatchedServer;
let admin: Admin;
let token: string;
let client: Client;

const userIDs = Array.from({ length: 10_000 }, (_, i) => `many${i}`);
const groupIDs = Array.from({ length: 200 }, (_, i) => `crowd${i}`);

beforeAll(async () => {
  watched = await startWatched();
  const { server } = watched;
  admin = await Admin.signIn(server.api);
  token = (
    await post<{ token: string }>(server.api, GetAdminToken, {
      secret: "openIM123",
      userID: "imAdmin",
    })
  ).token;
  const users = userIDs.map((userID) => ({
    userID,
    nickname: `Person ${userID}`,
    faceURL: `https://example.com/${userID}.png`,
  }));
  for (let from = 0; from < users.length; from += 1_000)
    await admin.post(UserRegister, {
      users: users.slice(from, from + 1_000),
    });
  for (const groupID of groupIDs)
    await admin.post(CreateGroup, {
      ownerUserID: userIDs[0],
      memberUserIDs: userIDs.slice(1, groupID === "crowd0" ? 999 : 3),
      groupInfo: { groupID, groupName: groupID, groupType: 2 },
    });
  for (let from = 1; from < userIDs.length; from += 900) {
    const some = userIDs.slice(from, from + 900);
    await (from === 1
      ? admin.post(CreateGroup, {
          ownerUserID: userIDs[0],
          memberUserIDs: some,
          groupInfo: { groupID: "city", groupName: "city", groupType: 2 },
        })
      : admin.post(InviteUserToGroup, {
          groupID: "city",
          invitedUserIDs: some,
        }));
  }
  await admin.post(BatchSendMsg, {
    sendID: userIDs[0],
    recvIDs: userIDs.slice(1),
    senderPlatformID: 1,
    content: { content: "hello" },
    contentType: 101,
    sessionType: 1,
  });
  client = await Client.connect(
    server.ws,
    userIDs[0] ?? "",
    await admin.tokenOf(userIDs[0] ?? ""),
    { encoding: "gob+gzip" },
  );
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await watched[Symbol.asyncDispose]();
});

const conversationIDs = [
  ...groupIDs.map((groupID) => `sg_${groupID}`),
  ...userIDs.map((userID) => `si_many0_${userID}`),
];

/** Things that there are, as far as there are so many. */
function itemsOf(field: Field, count: number): unknown[] {
  const { name, kind } = field;
  const known = /conversation/i.test(name)
    ? conversationIDs
    : /group/i.test(name)
      ? groupIDs
      : userIDs;
  return Array.from({ length: count }, (_, i) => {
    if (kind === "string") return known[i] ?? `none${i}`;
    if (kind === "message") return itemOf(field, i);
    if (kind === "bool" || kind === "json" || kind === "bytes")
      return undefined;
    return kind === "hash" ? BigInt(i + 1) : i + 1;
  }).filter((item) => item !== undefined);
}

/** A message whose fields have something in them. */
function itemOf({ message }: Field, i: number): object {
  return Object.fromEntries(
    message.fields.flatMap((field) => {
      if (field.shape === "list" || field.shape === "map") return [];
      if (field.kind === "string")
        return [[field.name, itemsOf(field, i + 1).at(-1)]];
      return field.kind.includes("int") && field.shape === "one"
        ? [[field.name, 1]]
        : [];
    }),
  );
}

const isList = (path: FieldPath): boolean => lastOf(path).shape === "list";

const withList = (path: FieldPath): object =>
  valueAt(path, itemsOf(lastOf(path), lastOf(path).maxItems));

const me = { userID: "many0" };
const mine = { ownerUserID: "many0" };
const page = { pagination: { pageNumber: 1, showNumber: 1_000 } };

describe("an answer about all that there is holds up nobody", () => {
  test.each([
    [GetFullGroupMemberUserIDs.path, { groupID: "city" }],
    [
      GetIncrementalGroupMembersBatch.path,
      { ...me, reqList: [{ groupID: "city" }] },
    ],
    [GetGroupMemberList.path, { groupID: "city", ...page }],
    [GetFullJoinGroupIDs.path, me],
    [GetIncrementalJoinGroups.path, me],
    [GetAllConversations.path, mine],
    [GetOwnerConversation.path, { ...me, ...page }],
    [GetFullConversationIDs.path, me],
    [GetIncrementalConversations.path, me],
    [GetSortedConversationList.path, { ...me, ...page }],
    [GetNotNotifyConversationIDs.path, me],
    [GetPinnedConversationIDs.path, me],
    [GetActiveJssdkConversations.path, mine],
    [GetNewestSeq.path, me],
    [GetConversationsHasReadAndMaxSeq.path, me],
  ])("%s", async (route, body) => {
    const held = await watched.leastHold(() => admin.post(route, body));
    expect(held).toBeLessThanOrEqual(mostMs);
  });

  test.each([ReqIdentifier.getNewestSeq, ReqIdentifier.getConvMaxReadSeq])(
    "frame %i",
    async (reqIdentifier) => {
      const data =
        frames.get(reqIdentifier)?.frame.request.encode(me) ?? new Uint8Array();
      const held = await watched.leastHold(() =>
        client.request(reqIdentifier, data),
      );
      expect(held).toBeLessThanOrEqual(mostMs);
    },
  );
});

describe("a list as long as it may be holds up nobody", () => {
  const examples = new Map(imExamples.map(({ path, body }) => [path, body]));
  for (const { method } of im.routes) {
    const { path: route, request: type } = method;
    for (const path of [...fieldPaths(type.descriptor)].filter(isList)) {
      // Several conditions at once are another test's.
      if (path.length > 2) continue;
      test(`${route} ${pathText(path)}`, async () => {
        const example: object = {
          ...(examples.get(route) as object | undefined),
        };
        const body = JSON.stringify(
          {
            ...example,
            ...("ownerUserID" in example && { ownerUserID: "many0" }),
            ...("userID" in example && { userID: "many0" }),
            ...("groupID" in example && { groupID: "crowd0" }),
            ...withList(path),
          },
          (_, value: unknown) =>
            typeof value === "bigint" ? Number(value) : value,
        );
        const held = await watched.leastHold((attempt) => {
          // Nobody is registered twice.
          const sent =
            route === UserRegister.path
              ? body.replaceAll('"userID":"', `"userID":"new${attempt}`)
              : body;
          return post(watched.server.api, route, sent, token).catch(
            () => undefined,
          );
        });
        expect(held).toBeLessThanOrEqual(mostMs);
      });
    }
  }

  for (const [reqIdentifier, { frame }] of frames) {
    const type = frame.request;
    for (const path of [...fieldPaths(type.descriptor)].filter(isList)) {
      if (reqIdentifier === ReqIdentifier.sendMsg) continue;
      test(`frame ${reqIdentifier} ${pathText(path)}`, async () => {
        const data = type.encode({ userID: "many0", ...withList(path) });
        const held = await watched.leastHold(() =>
          client.request(reqIdentifier, data).catch(() => undefined),
        );
        expect(held).toBeLessThanOrEqual(mostMs);
      });
    }
  }
});
