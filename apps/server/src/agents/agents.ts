import { AppManagerLevel } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";
import {
  AddNotificationAccount,
  GetUsersInfo,
  UpdateNotificationAccount,
} from "@parley/protocol/methods/users";

import type { IMClient } from "../im-client/im-client.ts";
import type { Page } from "../storage/page.ts";
import type { Caches } from "../storage/caches.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { AgentKey } from "./agent-key.ts";
import {
  deleteAgent,
  findAgent,
  insertAgent,
  listAgents,
  replaceAgent,
} from "./store.ts";
import type { Agent } from "./store.ts";

/** Ids that only agents have; whoever has one is never answered. */
export const isAgentID = (userID: string): boolean => userID.startsWith(prefix);

const prefix = "bot_";

export type AgentDraft = Omit<Agent, "createTime" | "key"> & { key: string };

/** null: no change. */
export type AgentChange = {
  [Field in keyof Omit<AgentDraft, "userID">]: string | null;
};

/** The accounts that answer by a language model. All of them are in memory. */
export interface Agents {
  find(userID: string): Agent | undefined;
  count(): number;
  /** Puts `bot_` before the id; an empty one lets us choose. */
  create(operationID: string, draft: AgentDraft): Promise<void>;
  /** Throws 1001 for an unknown one. */
  update(
    operationID: string,
    userID: string,
    change: AgentChange,
  ): Promise<void>;
  /** Their accounts stay on the IM server, for what they said. */
  delete(userIDs: readonly string[]): Promise<void>;
  /** Pages through all agents if there are no ids. */
  page(
    userIDs: readonly string[],
    page: Page,
  ): { total: number; agents: Agent[] };
}

export interface AgentsDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "openMirror">;
  transact: Transact;
  im: Pick<IMClient, "call">;
  randomDigits: () => string;
  /** Called in the transaction that deletes an agent. */
  forget(tx: Transaction, userID: string): Promise<void>;
  now: () => number;
}

export async function openAgents(deps: AgentsDeps): Promise<Agents> {
  const { db, transact, im, now } = deps;
  const agents = await deps.caches.openMirror<Agent>({
    name: "agents",
    loadAll: async () =>
      (await listAgents(db)).map((agent) => [agent.userID, agent] as const),
    load: (userID) => findAgent(db, userID),
  });

  /** The IM server is just being told of them. */
  const beginning = new Set<string>();

  function requireNew(userID: string, known: Agent | undefined): void {
    if (known) throw errors.duplicateKey(`there is an agent '${userID}'`);
  }

  /** An account that was an agent's before becomes one again. */
  async function ensureAccount(
    operationID: string,
    { userID, nickname, faceURL }: AgentDraft,
  ): Promise<void> {
    const { usersInfo } = await im.call(operationID, GetUsersInfo, {
      userIDs: [userID],
    });
    const level = usersInfo[0]?.appMangerLevel;
    if (level === AppManagerLevel.robot)
      return updateAccount(operationID, { userID, nickname, faceURL });
    if (level !== undefined)
      throw errors.duplicateKey(`there is a user '${userID}'`);
    await im.call(operationID, AddNotificationAccount, {
      userID,
      nickName: nickname,
      faceURL,
      appMangerLevel: AppManagerLevel.robot,
    });
  }

  async function updateAccount(
    operationID: string,
    {
      userID,
      nickname,
      faceURL,
    }: { userID: string; nickname: string | null; faceURL: string | null },
  ): Promise<void> {
    // The IM server leaves alone what is empty.
    if (!nickname && !faceURL) return;
    await im.call(operationID, UpdateNotificationAccount, {
      userID,
      nickName: nickname ?? "",
      faceURL: faceURL ?? "",
    });
  }

  return {
    find: (userID) => agents.get(userID),
    count: agents.size,

    async create(operationID, given) {
      requireNickname(given.nickname);
      requireURL(given.url);
      requireKey(given.key);
      const userID = prefix + (given.userID || deps.randomDigits());
      const draft = { ...given, userID };
      requireNew(userID, agents.get(userID));
      if (beginning.has(userID))
        throw errors.duplicateKey(`the agent '${userID}' is just being made`);
      beginning.add(userID);
      try {
        await ensureAccount(operationID, draft);
        const agent = {
          ...draft,
          key: new AgentKey(draft.key),
          createTime: now(),
        };
        await transact(async (tx) => {
          requireNew(userID, await findAgent(tx.db, userID));
          await insertAgent(tx, agent);
          tx.forget(agents, userID, () => agents.set(userID, agent));
        });
      } finally {
        beginning.delete(userID);
      }
    },

    async update(operationID, userID, change) {
      requireKnown(agents.get(userID), userID);
      if (change.nickname !== null) requireNickname(change.nickname);
      if (change.url !== null) requireURL(change.url);
      if (change.key !== null) requireKey(change.key);
      await updateAccount(operationID, { ...change, userID });
      await transact(async (tx) => {
        const agent = requireKnown(await findAgent(tx.db, userID), userID);
        const changed = changedBy(agent, change);
        await replaceAgent(tx, changed);
        tx.forget(agents, userID, () => agents.set(userID, changed));
      });
    },

    async delete(userIDs) {
      await transact(async (tx) => {
        for (const userID of userIDs) {
          await deleteAgent(tx, userID);
          await deps.forget(tx, userID);
          tx.forget(agents, userID, () => agents.delete(userID));
        }
      });
    },

    page(userIDs, { offset, limit }) {
      const found =
        userIDs.length === 0
          ? [...agents.values()]
          : [...new Set(userIDs)].flatMap((each) => agents.get(each) ?? []);
      return {
        total: found.length,
        agents: found.slice(offset, offset + limit),
      };
    },
  };
}

function requireKnown(agent: Agent | undefined, userID: string): Agent {
  if (!agent) throw errors.args(`no agent '${userID}'`);
  return agent;
}

function requireNickname(nickname: string): void {
  if (nickname === "") throw errors.args("nickname is empty");
}

/** One without an endpoint says that it cannot answer. */
function requireURL(url: string): void {
  if (url === "") return;
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw errors.args("url does not begin with http:// or https://");
  if (parsed.username !== "" || parsed.password !== "")
    throw errors.args("url holds a name or password: use key");
}

/** It goes into a header. */
function requireKey(key: string): void {
  if (!/^[\x21-\x7e]*$/.test(key))
    throw errors.args("key holds a space, or what is not ASCII");
}

function changedBy(agent: Agent, change: AgentChange): Agent {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== null),
  ) as Partial<AgentDraft>;
  const isMoved =
    given.url !== undefined && originOf(given.url) !== originOf(agent.url);
  // A key goes to nobody but the endpoint that it was given for.
  const key = given.key ?? (isMoved ? "" : undefined);
  return {
    ...agent,
    ...given,
    key: key === undefined ? agent.key : new AgentKey(key),
  };
}

const originOf = (url: string): string => URL.parse(url)?.origin ?? "";
