import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Field } from "@parley/protocol/descriptor";
import { fieldPaths, lastOf, pathText } from "@parley/protocol/field-paths";

import { Admin } from "../client.ts";
import { listServed } from "../rights/served-routes.ts";
import { mostMs, startWatched } from "./longest-turn.ts";
import type { WatchedServer } from "./longest-turn.ts";

// Changes of as much as one request may name, all of which succeed: none of them keeps
// everybody else from their turn.

let watched: WatchedServer;
let admin: Admin;

const post = <Data>(route: string, body: object): Promise<Data> =>
  admin.post<Data>(route, body);

const userIDs = Array.from({ length: 10_000 }, (_, i) => `many${i}`);
const me = "many0";
const some = userIDs.slice(1, 1_000);
const others = userIDs.slice(1);
const pairWith = (userID: string): string =>
  `si_${[me, userID].sort().join("_")}`;

beforeAll(async () => {
  watched = await startWatched({
    environment: { PARLEY_OBJECTS_MAX_BYTES: String(10_000 * partSize) },
  });
  admin = await Admin.signIn(watched.server.api);
  await register("many", "Person");
  await sayTo(others);
  await found("city0");
});
afterAll(() => watched[Symbol.asyncDispose]());

const register = (prefix: string, nickname: string): Promise<unknown> =>
  post("/user/user_register", {
    users: userIDs.map((_, i) => ({
      userID: `${prefix}${i}`,
      nickname: `${nickname} ${i} `.padEnd(250, "x"),
      faceURL: `https://example.com/${i}/`.padEnd(1_000, "x"),
    })),
  });

const sayTo = (
  recvIDs: readonly string[],
  content: object = { content: "hello" },
) =>
  post<{ failedUserIDs: string[] | null }>("/msg/batch_send_msg", {
    sendID: me,
    recvIDs,
    senderPlatformID: 1,
    content,
    contentType: 101,
    sessionType: 1,
  });

/** Sends 10,000 messages to a user. */
const fill = (userID: string): Promise<unknown> =>
  sayTo(Array.from({ length: 10_000 }, () => userID));
const seqs = Array.from({ length: 10_000 }, (_, i) => i + 1);

const create = (
  groupID: string,
  more: { memberUserIDs?: string[]; adminUserIDs?: string[] } = {},
): Promise<unknown> =>
  post("/group/create_group", {
    ownerUserID: me,
    ...more,
    groupInfo: { groupID, groupName: groupID, groupType: 2 },
  });
const withMembers = (groupID: string) =>
  create(groupID, { memberUserIDs: some });

async function invite(groupID: string, all: readonly string[]): Promise<void> {
  for (let from = 0; from < all.length; from += 1_000)
    await post("/group/invite_user_to_group", {
      groupID,
      invitedUserIDs: all.slice(from, from + 1_000),
    });
}

/** A group of all. */
async function found(groupID: string): Promise<void> {
  await create(groupID);
  await invite(groupID, others);
}

const isEmpty = async (groupID: string): Promise<boolean> => {
  const { groupInfos } = await post<{ groupInfos: { memberCount: number }[] }>(
    "/group/get_groups_info",
    { groupIDs: [groupID] },
  );
  return groupInfos[0]?.memberCount === 0;
};

const keys = Array.from({ length: 1_000 }, (_, i) => `key${i}`);
const valuesOf = (value: string) =>
  Object.fromEntries(keys.map((key) => [key, value]));

/** A text with as many members as content may have. */
const contentOf = (value: string) => ({
  ...Object.fromEntries(keys.slice(1).map((key) => [key, value])),
  content: "hello",
});

const deleteSyncOpt = { IsSyncSelf: true, IsSyncOther: true };

const partSize = 5_242_880;
/** The upload of each attempt. */
const uploads: string[] = [];

interface Change {
  /** A route, and its list or map where one is meant. */
  title: string;
  before?(attempt: number): Promise<unknown>;
  make(attempt: number): Promise<unknown>;
}

const changes: Change[] = [
  {
    title: "/user/user_register users[]",
    make: (i) => register(`new${i}x`, "Newcomer"),
  },
  {
    title: "/user/set_user_client_config configs{}",
    make: (i) =>
      post("/user/set_user_client_config", {
        userID: me,
        configs: valuesOf(`value ${i}`),
      }),
  },
  {
    title: "/user/del_user_client_config keys[]",
    before: (i) =>
      post("/user/set_user_client_config", {
        userID: me,
        configs: valuesOf(`value ${i}`),
      }),
    make: () => post("/user/del_user_client_config", { userID: me, keys }),
  },
  {
    title: "/friend/import_friend friendUserIDs[]",
    make: (i) =>
      post("/friend/import_friend", {
        ownerUserID: userIDs.at(-1 - i),
        friendUserIDs: some,
      }),
  },
  {
    title: "/friend/update_friends friendUserIDs[]",
    before: (i) =>
      post("/friend/import_friend", {
        ownerUserID: userIDs.at(-11 - i),
        friendUserIDs: some,
      }),
    make: (i) =>
      post("/friend/update_friends", {
        ownerUserID: userIDs.at(-11 - i),
        friendUserIDs: some,
        isPinned: true,
        remark: "a friend",
      }),
  },
  {
    title: "/conversation/set_conversations userIDs[]",
    before: (i) => withMembers(`setting${i}`),
    make: (i) =>
      post("/conversation/set_conversations", {
        userIDs: some,
        conversation: {
          conversationID: `sg_setting${i}`,
          conversationType: 3,
          groupID: `setting${i}`,
          recvMsgOpt: 2,
        },
      }),
  },
  {
    title: "/conversation/delete_conversations conversationIDs[]",
    make: (i) =>
      post("/conversation/delete_conversations", {
        ownerUserID: me,
        conversationIDs: others
          .slice(i * 1_000, (i + 1) * 1_000)
          .map((userID) => pairWith(userID)),
      }),
  },
  {
    title: "/group/create_group memberUserIDs[]",
    make: (i) => withMembers(`created${i}`),
  },
  {
    title: "/group/create_group adminUserIDs[]",
    make: (i) => create(`led${i}`, { adminUserIDs: some }),
  },
  {
    title: "/group/invite_user_to_group invitedUserIDs[]",
    before: (i) => create(`invited${i}`),
    make: (i) => invite(`invited${i}`, others.slice(0, 1_000)),
  },
  {
    title: "/group/kick_group kickedUserIDs[]",
    before: (i) => withMembers(`kicked${i}`),
    make: (i) =>
      post("/group/kick_group", {
        groupID: `kicked${i}`,
        kickedUserIDs: some,
      }),
  },
  {
    title: "/group/set_group_member_info members[]",
    before: (i) => withMembers(`named${i}`),
    make: (i) =>
      post("/group/set_group_member_info", {
        members: some.map((userID) => ({
          ...{ groupID: `named${i}`, userID, nickname: "N", roleLevel: 60 },
        })),
      }),
  },
  {
    title: "/group/set_group_info_ex with an announcement",
    make: (i) =>
      post("/group/set_group_info_ex", {
        groupID: "city0",
        notification: `hear ${i}`,
      }),
  },
  {
    title: "/group/dismiss_group",
    before: async (i) => {
      if (i > 0) await found(`city${i}`);
    },
    async make(i) {
      await post("/group/dismiss_group", { groupID: `city${i}` });
      while (!(await isEmpty(`city${i}`))) await Bun.sleep(20);
    },
  },
  {
    title: "/msg/send_msg content{}",
    make: (i) =>
      post("/msg/send_msg", {
        sendID: me,
        recvID: userIDs[1],
        content: contentOf(`value ${i}`),
        contentType: 101,
        sessionType: 1,
      }),
  },
  {
    title: "/msg/batch_send_msg content{}",
    make: (i) => sayTo([userIDs[1] ?? ""], contentOf(`value ${i}`)),
  },
  {
    title: "/msg/batch_send_msg recvIDs[]",
    async make() {
      const { failedUserIDs } = await sayTo(others);
      expect(failedUserIDs ?? []).toEqual([]);
    },
  },
  {
    title: "/msg/batch_send_msg recvIDs[], nobody of whom there is",
    async make() {
      const nobody = others.map((userID) => `no-${userID}`);
      const { failedUserIDs } = await sayTo(nobody);
      expect(failedUserIDs).toHaveLength(nobody.length);
    },
  },
  {
    title: "/msg/mark_msgs_as_read seqs[]",
    before: (i) => fill(userIDs[100 + i] ?? ""),
    make: (i) =>
      post("/msg/mark_msgs_as_read", {
        userID: userIDs[100 + i],
        conversationID: pairWith(userIDs[100 + i] ?? ""),
        seqs,
      }),
  },
  {
    title: "/msg/mark_conversation_as_read seqs[]",
    before: (i) => fill(userIDs[110 + i] ?? ""),
    make: (i) =>
      post("/msg/mark_conversation_as_read", {
        userID: userIDs[110 + i],
        conversationID: pairWith(userIDs[110 + i] ?? ""),
        hasReadSeq: seqs.length,
        seqs,
      }),
  },
  {
    title: "/msg/delete_msgs seqs[]",
    before: (i) => fill(userIDs[120 + i] ?? ""),
    make: (i) =>
      post("/msg/delete_msgs", {
        userID: me,
        conversationID: pairWith(userIDs[120 + i] ?? ""),
        seqs,
        deleteSyncOpt,
      }),
  },
  {
    title: "/msg/delete_msgs seqs[], for oneself",
    before: (i) => fill(userIDs[130 + i] ?? ""),
    make: (i) =>
      post("/msg/delete_msgs", {
        userID: me,
        conversationID: pairWith(userIDs[130 + i] ?? ""),
        seqs,
        deleteSyncOpt: { ...deleteSyncOpt, IsSyncOther: false },
      }),
  },
  {
    title: "/msg/delete_msg_phsical_by_seq seqs[]",
    before: (i) => fill(userIDs[140 + i] ?? ""),
    make: (i) =>
      post("/msg/delete_msg_phsical_by_seq", {
        conversationID: pairWith(userIDs[140 + i] ?? ""),
        seqs,
      }),
  },
  {
    title: "/msg/clear_conversation_msg conversationIDs[]",
    make: (i) =>
      post("/msg/clear_conversation_msg", {
        userID: me,
        conversationIDs: others
          .slice(i * 1_000, (i + 1) * 1_000)
          .map((userID) => pairWith(userID)),
        deleteSyncOpt,
      }),
  },
  {
    title: "/msg/delete_msg_physical conversationIDs[]",
    make: (i) =>
      post("/msg/delete_msg_physical", {
        conversationIDs: others
          .slice(i * 1_000, (i + 1) * 1_000)
          .map((userID) => pairWith(userID)),
        timestamp: 31_536_000,
      }),
  },
  {
    title: "/msg/user_clear_all_msg",
    before: () => sayTo(others),
    make: () => post("/msg/user_clear_all_msg", { userID: me, deleteSyncOpt }),
  },
  {
    title: "/object/auth_sign partNumbers[]",
    async before(i) {
      const { upload } = await post<{ upload: { uploadID: string } }>(
        "/object/initiate_multipart_upload",
        {
          hash: String(i).padStart(32, "0"),
          size: 10_000 * partSize,
          partSize,
          maxParts: 1,
          cause: "msg-file",
          name: `many0/film${i}.mp4`,
          contentType: "video/mp4",
        },
      );
      uploads[i] = upload.uploadID;
    },
    async make(i) {
      const { parts } = await post<{ parts: unknown[] }>("/object/auth_sign", {
        uploadID: uploads[i],
        partNumbers: seqs,
      });
      expect(parts).toHaveLength(seqs.length);
    },
  },
  {
    title: "/third/logs/upload fileURLs[]",
    make: (i) => uploadLogs(i),
  },
  {
    title: "/third/logs/delete logIDs[]",
    async make(i) {
      await uploadLogs(i);
      const { logsInfos } = await post<{ logsInfos: { logID: string }[] }>(
        "/third/logs/search",
        {
          startTime: 0,
          endTime: Date.now() + 60_000,
          pagination: { pageNumber: 1, showNumber: 1_000 },
        },
      );
      expect(logsInfos).toHaveLength(1_000);
      await post("/third/logs/delete", {
        logIDs: logsInfos.map(({ logID }) => logID),
      });
    },
  },
  {
    title: "/user/update_user_info_ex of somebody in many groups",
    make: (i) =>
      post("/user/update_user_info_ex", {
        userInfo: { userID: me, nickname: `Me ${i}` },
      }),
  },
  {
    title: "/user/delete_user of somebody whom all know",
    make: async (i) => {
      const userID = userIDs.at(-1 - i);
      await post("/user/delete_user", { userID, deleteMessages: true });
    },
  },
];

const uploadLogs = (i: number): Promise<unknown> =>
  post("/third/logs/upload", {
    platform: 5,
    appFramework: "web",
    version: "1.0.0",
    fileURLs: keys.map((key) => ({
      filename: `${key}-${i}.log`,
      URL: `https://example.com/${key}-${i}.log`,
    })),
  });

test.each(changes.map((change) => [change.title, change] as const))(
  "%s holds up nobody",
  async (_, { before, make }) => {
    const held = await watched.leastHold(make, before);
    expect(held).toBeLessThanOrEqual(mostMs);
  },
);

/** Parts have to be uploaded first: objects/uploads.test.ts. */
const elsewhere = ["/object/complete_multipart_upload parts[]"];

const isLong = ({ shape }: Field): boolean => ["list", "map"].includes(shape);

test("every list of every change is among them", async () => {
  const { im } = await listServed();
  const titles = im.routes
    .filter(({ method }) => method.kind !== "read")
    .flatMap(({ method: { path: route, request } }) =>
      [...fieldPaths(request.descriptor)]
        .filter((path) => isLong(lastOf(path)) && path.length === 1)
        .map((path) => `${route} ${pathText(path)}`),
    );
  const made = [...changes.map(({ title }) => title), ...elsewhere];
  expect(titles.filter((title) => !made.includes(title))).toEqual([]);
});
