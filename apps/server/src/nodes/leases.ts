import { sql } from "kysely";
import type { Kysely } from "kysely";

import { LeaseLost } from "../storage/leases.ts";
import type { Lease, Leases } from "../storage/leases.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import type {} from "./tables.ts";

export interface NodeLeasesDeps {
  self: string;
  db: Kysely<Schema>;
  onLeft(listener: () => void): void;
  failed(error: unknown): void;
  /** Interval of looking for leases of dead nodes, in ms, beside the look after each death. */
  everyMs?: number;
}

const isGone = sql<boolean>`not exists (select 1 from nodes where nodes.id = leases.node)`;

/**
 * Leases, as rows with a fencing number. A lease ends with the row of its node: a node
 * without that row cannot commit, and the row stays while a batch of the node is open.
 */
export function createNodeLeases({
  self,
  db,
  onLeft,
  failed,
  everyMs = 15_000,
}: NodeLeasesDeps): Leases & { close(): void } {
  const listeners: { prefix: string; listener: (name: string) => void }[] = [];

  async function look(): Promise<void> {
    const rows = await db
      .selectFrom("leases")
      .select("name")
      .where(isGone)
      .execute();
    for (const { name } of rows)
      for (const { prefix, listener } of listeners)
        if (name.startsWith(prefix)) listener(name);
  }
  const lookAround = (): void => void look().catch(failed);
  onLeft(lookAround);
  const timer = setInterval(lookAround, everyMs);

  const lease = (name: string, fence: number): Lease => ({
    async require({ db }) {
      const row = await db
        .selectFrom("leases")
        .select("name")
        .where("name", "=", name)
        .where("node", "=", self)
        .where("fence", "=", fence)
        .executeTakeFirst();
      if (!row) throw new LeaseLost(name);
    },
    async release({ db }) {
      await db
        .deleteFrom("leases")
        .where("name", "=", name)
        .where("node", "=", self)
        .where("fence", "=", fence)
        .execute();
    },
  });

  const toLease = (name: string, row: { fence: number } | undefined) =>
    row && lease(name, Number(row.fence));

  return {
    async take({ db }: Transaction, name) {
      const row = await db
        .insertInto("leases")
        .values({ name, node: self, until: 0, fence: 1 })
        .onConflict((conflict) =>
          conflict
            .column("name")
            .doUpdateSet({ node: self, until: 0, fence: sql`leases.fence + 1` })
            .where(isGone),
        )
        .returning("fence")
        .executeTakeFirst();
      return toLease(name, row);
    },
    async inherit({ db }, name) {
      const row = await db
        .updateTable("leases")
        .set({ node: self, fence: sql`leases.fence + 1` })
        .where("name", "=", name)
        .where(isGone)
        .returning("fence")
        .executeTakeFirst();
      return toLease(name, row);
    },
    async isTaken(name) {
      const row = await db
        .selectFrom("leases")
        .innerJoin("nodes", "nodes.id", "leases.node")
        .select("leases.name")
        .where("leases.name", "=", name)
        .executeTakeFirst();
      return row !== undefined;
    },
    onLeft: (prefix, listener) => void listeners.push({ prefix, listener }),
    close: () => clearInterval(timer),
  };
}
