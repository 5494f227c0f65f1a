import type { Kysely, Selectable } from "kysely";

import type { AgentTable } from "./tables.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import { AgentKey } from "./agent-key.ts";

/** An account that answers by a language model. */
export interface Agent {
  userID: string;
  nickname: string;
  faceURL: string;
  /** Address of an OpenAI-compatible endpoint. */
  url: string;
  key: AgentKey;
  /** Only shown to clients. */
  identity: string;
  model: string;
  /** The system's text. */
  prompts: string;
  createTime: number;
}

/** Lists agents, the oldest first. */
export async function listAgents(db: Kysely<Schema>): Promise<Agent[]> {
  const rows = await db
    .selectFrom("agents")
    .selectAll()
    .orderBy("id")
    .execute();
  return rows.map(toAgent);
}

export async function findAgent(
  db: Kysely<Schema>,
  userID: string,
): Promise<Agent | undefined> {
  const row = await db
    .selectFrom("agents")
    .selectAll()
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row && toAgent(row);
}

export async function insertAgent(
  { db }: Pick<Transaction, "db">,
  agent: Agent,
): Promise<void> {
  await db
    .insertInto("agents")
    .values({ ...toColumns(agent), user_id: agent.userID })
    .execute();
}

export async function replaceAgent(
  { db }: Pick<Transaction, "db">,
  agent: Agent,
): Promise<void> {
  await db
    .updateTable("agents")
    .set(toColumns(agent))
    .where("user_id", "=", agent.userID)
    .execute();
}

export async function deleteAgent(
  { db }: Pick<Transaction, "db">,
  userID: string,
): Promise<void> {
  await db.deleteFrom("agents").where("user_id", "=", userID).execute();
}

const toAgent = (row: Selectable<AgentTable>): Agent => ({
  userID: row.user_id,
  nickname: row.nickname,
  faceURL: row.face_url,
  url: row.url,
  key: new AgentKey(row.api_key),
  identity: row.identity,
  model: row.model,
  prompts: row.prompts,
  createTime: row.create_time,
});

const toColumns = (agent: Agent) => ({
  nickname: agent.nickname,
  face_url: agent.faceURL,
  url: agent.url,
  api_key: agent.key.reveal(),
  identity: agent.identity,
  model: agent.model,
  prompts: agent.prompts,
  create_time: agent.createTime,
});
