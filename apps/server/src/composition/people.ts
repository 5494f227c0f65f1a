import { createAuth } from "../auth/auth.ts";
import { createLoginPolicy } from "../auth/sign-ins.ts";
import type { Config } from "../config/schema.ts";
import { createGroupConversations } from "../conversations/group-conversations.ts";
import { createFriendFeature } from "../friends/feature.ts";
import { createGroupFeature } from "../groups/feature.ts";
import type { Caches } from "../storage/caches.ts";
import type { Engine } from "../storage/engine.ts";
import type { Writer } from "../storage/writer.ts";
import { ensureAdministrators } from "../users/administrators.ts";
import { createUsers } from "../users/users.ts";
import type { Connections } from "./connections.ts";
import type { LogAndDelivery } from "./log-and-delivery.ts";

export interface PeopleDeps {
  config: Config;
  engine: Engine;
  caches: Caches;
  writer: Writer;
  randomDigits: () => string;
  now: () => number;
}

export type People = Awaited<ReturnType<typeof openPeople>>;

/** Builds the people, their friends and groups, and how they sign in. */
export async function openPeople(
  { config, engine, caches, writer, randomDigits, now }: PeopleDeps,
  { everywhere, metrics, webhooks }: Connections,
  lower: LogAndDelivery,
) {
  const db = engine.read;
  const { transact } = writer;
  const { directory, notify, changes } = lower;
  const isAdmin = (userID: string) => config.adminUserIDs.includes(userID);

  const friends = createFriendFeature({
    db,
    caches,
    transact,
    notify,
    listUsers: directory.list,
    friendVerify: config.friendVerify,
    changes,
    hooks: webhooks.friends,
    now,
  });
  const groups = createGroupFeature({
    db,
    transact,
    notify,
    roster: lower.roster,
    conversations: createGroupConversations({
      rows: lower.groupRows,
      notify,
      userSeqs: lower.userSeqs,
      rowsChanged: lower.versionedRows.rowsChanged,
      ...(webhooks.groupRows && { hooks: webhooks.groupRows }),
    }),
    isAdmin,
    listUsers: directory.list,
    listFaces: directory.listFaces,
    requireUser: directory.get,
    newestSeq: lower.messageLog.newestSeq,
    hasHistoryForNewMembers: config.enableHistoryForNewMembers,
    changes,
    hooks: webhooks.groups,
    now,
  });
  const users = createUsers({
    db,
    transact,
    directory,
    notify,
    async profileChanged(...changed) {
      await friends.profileChanged(...changed);
      await groups.memberInfo.profileChanged(...changed);
    },
    adminUserIDs: config.adminUserIDs,
    registered: metrics.usersRegistered,
    hooks: webhooks.users,
    now,
    randomDigits,
  });
  const auth = createAuth({
    db,
    caches,
    transact,
    secret: config.secret,
    adminUserIDs: config.adminUserIDs,
    expireDays: config.tokenPolicy.expire,
    policy: config.multiLogin,
    levelOf: directory.levelOf,
    adminSignedIn: metrics.adminSignedIn,
    now,
  });
  await ensureAdministrators(
    transact,
    config.adminUserIDs.map((userID, i) => ({
      userID,
      nickname: config.adminNicknames[i] ?? userID,
    })),
  );
  return {
    isAdmin,
    friends,
    groups,
    users,
    auth,
    loginPolicy: createLoginPolicy({
      sessions: everywhere,
      auth,
      policy: config.multiLogin,
    }),
  };
}
