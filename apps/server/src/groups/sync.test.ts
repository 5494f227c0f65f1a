import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { follow } from "../../testing/storage/sync-agrees.ts";
import type { SyncAnswer } from "../../testing/storage/sync-agrees.ts";
import { groupsOver } from "../../testing/groups/groups.ts";
import type { Answer } from "../../testing/groups/groups.ts";

type Groups = ReturnType<typeof groupsOver>;

interface Member {
  userID: string;
}

/** A client that only ever applies what changed, and never asks for all. */
async function startClient(groups: Groups) {
  const ask = (path: string, more: object = {}): Promise<Answer> =>
    groups.call("root", path, { groupID: "g", ...more });
  let group: unknown = null;
  const follower = await follow({
    idOf: ({ userID }: Member) => userID,
    async incremental(known): Promise<MemberAnswer> {
      const answer: MemberAnswer = await ask(
        "get_incremental_group_members",
        known,
      );
      group = answer.group ?? group;
      return answer;
    },
    async list() {
      const { members } = await ask("get_group_member_list", {
        pagination: { pageNumber: 1, showNumber: 1_000 },
      });
      return members ?? [];
    },
  });
  let { version } = follower;

  return {
    /** Applies what is new, and compares with a client that fetched afresh. */
    async expectSame(versions = 1) {
      const news = await follower.agrees();
      expect(follower.fullSyncs).toBe(1);
      expect(news.version).toBe(version + versions);
      ({ version } = news);
      const { groupInfos } = await groups.call("root", "get_groups_info", {
        groupIDs: ["g"],
      });
      expect(group).toEqual(groupInfos[0]);
      return news;
    },
  };
}

type MemberAnswer = SyncAnswer<Member> & { group: unknown };

forEachEngine(
  "a client that applies changes knows what a fresh one does",
  (open) => {
    test("after every operation on members", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      await groups.create({ admins: ["bob"], members: ["cyd"] });
      const client = await startClient(groups);
      const act = async (userID: string, path: string, body: object) => {
        expect(await groups.call(userID, path, { groupID: "g", ...body })).toBe(
          0,
        );
        return client.expectSame();
      };

      const invited = await act("cyd", "invite_user_to_group", {
        invitedUserIDs: ["dan", "eve"],
      });
      expect(invited.insert).toHaveLength(2);
      await act("bob", "mute_group_member", { userID: "cyd", mutedSeconds: 9 });
      await act("bob", "cancel_mute_group_member", { userID: "cyd" });
      await act("ann", "set_group_member_info", {
        members: [{ groupID: "g", userID: "dan", nickname: "D", ex: "x" }],
      });
      const promoted = await act("ann", "set_group_member_info", {
        members: [{ groupID: "g", userID: "dan", roleLevel: 60 }],
      });
      expect(promoted.sortVersion).toBe(promoted.version);
      await act("bob", "kick_group", { kickedUserIDs: ["eve"] });
      await act("cyd", "quit_group", {});
      const handedOver = await act("ann", "transfer_group", {
        oldOwnerUserID: "ann",
        newOwnerUserID: "dan",
      });
      expect(handedOver.sortVersion).toBe(handedOver.version);
      await act("dan", "mute_group", {});
      await act("dan", "cancel_mute_group", {});
      const renamed = await act("dan", "set_group_info_ex", { groupName: "G" });
      expect(renamed.update).toBeNull();
      await act("dan", "set_group_info_ex", { needVerification: 2 });
      await act("fay", "join_group", { joinSource: 3, inviterUserID: "fay" });
    });

    test("after an application was accepted, and not before", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      await groups.create({});
      const client = await startClient(groups);
      await groups.call("bob", "join_group", {
        groupID: "g",
        joinSource: 3,
        inviterUserID: "bob",
      });
      await client.expectSame(0);
      await groups.call("ann", "group_application_response", {
        groupID: "g",
        fromUserID: "bob",
        handleResult: 1,
      });
      await client.expectSame();
    });

    test("after a member's own name changed, where it is what shows", async () => {
      await using storage = await open();
      const users = new Map([["ann", "nick-ann"]]);
      const groups = groupsOver(storage, {
        listUsers: async (userIDs) =>
          userIDs.map((userID) => ({
            userID,
            nickname: users.get(userID) ?? `nick-${userID}`,
            faceURL: "",
            ex: "",
            createTime: 0,
            appMangerLevel: 0,
            globalRecvMsgOpt: 0,
          })),
      });
      await groups.create({ members: ["bob"] });
      const client = await startClient(groups);
      users.set("bob", "Bobby");
      await storage.transact((tx) =>
        groups.feature.memberInfo.profileChanged(
          tx,
          { operationID: "op", actor: groups.actorOf("bob") },
          {
            userID: "bob",
            nickname: "Bobby",
            faceURL: "",
            ex: "",
            createTime: 0,
            appMangerLevel: 0,
            globalRecvMsgOpt: 0,
          },
        ),
      );
      const { update } = await client.expectSame();
      expect(update).toMatchObject([{ userID: "bob", nickname: "Bobby" }]);
      expect(groups.told()).toEqual([1516]);
    });

    test("who fetches everything right after a change of the group still takes its notification", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      await groups.create({ members: ["bob"] });
      const act = (path: string, body: object) =>
        groups.call("ann", path, { groupID: "g", ...body });
      const fetchAll = () =>
        groups.call("bob", "get_incremental_group_members", { groupID: "g" });
      expect(await fetchAll()).toMatchObject({ full: true, version: 1 });

      // The SDK takes a notification of the version after the one it has, and
      // nothing of the group from a full answer.
      await act("set_group_info_ex", { groupName: "other" });
      const [told] = groups.notices;
      expect(JSON.parse(told?.detail ?? "{}")).toMatchObject({
        groupMemberVersion: 2,
      });
      const all = await fetchAll();
      expect(all).toMatchObject({ full: true, version: 1 });
      const { versionID, version } = all;
      expect(
        await groups.call("bob", "get_incremental_group_members", {
          groupID: "g",
          versionID,
          version,
        }),
      ).toMatchObject({ version: 2, group: { groupName: "other" } });

      await act("invite_user_to_group", { invitedUserIDs: ["cyd"] });
      expect(await fetchAll()).toMatchObject({ full: true, version: 3 });
    });

    test("a user's groups: joined, left, dismissed", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      const sync = async (known: object) =>
        groups.call("bob", "get_incremental_join_groups", {
          userID: "bob",
          ...known,
        });
      const first = await sync({});
      expect(first).toMatchObject({ full: true, version: 1 });
      const { versionID } = first;

      await groups.create({ members: ["bob"] });
      const joined = await sync({ versionID, version: 1 });
      expect(joined.insert).toMatchObject([{ groupID: "g", memberCount: 2 }]);
      await groups.call("ann", "set_group_info_ex", {
        groupID: "g",
        groupName: "other",
      });
      expect((await sync({ versionID, version: 2 })).version).toBe(2);
      await groups.call("bob", "quit_group", { groupID: "g" });
      const left = await sync({ versionID, version: 2 });
      expect(left).toMatchObject({ version: 3, delete: ["g"], insert: null });
    });

    test("many groups at once: strangers get nothing, dismissed ones are left out", async () => {
      await using storage = await open();
      const groups = groupsOver(storage);
      await groups.create({ members: ["bob"] });
      await groups.create({ owner: "bob" }, { groupID: "h" });
      const ask = (userID: string, ...groupIDs: string[]) =>
        groups.call(userID, "get_incremental_group_members_batch", {
          reqList: groupIDs.map((groupID) => ({ groupID })),
        });
      const { respList } = await ask("bob", "g", "h", "g");
      expect(Object.keys(respList)).toEqual(["g", "h"]);
      expect(await ask("ann", "g", "h")).toBe(1002);
      expect(await ask("root", "nothing")).toBe(1004);
      await groups.call("bob", "dismiss_group", { groupID: "h" });
      expect(Object.keys((await ask("root", "g", "h")).respList)).toEqual([
        "g",
      ]);
    });
  },
);
