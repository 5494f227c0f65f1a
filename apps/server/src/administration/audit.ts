import { ProtocolError } from "@parley/protocol/errors";
import type { AuditEntry } from "@parley/protocol/chat/audit";
import { UserImportJson } from "@parley/protocol/methods/chat/managed-users";
import type { Kysely } from "kysely";

import { BindError, isOpen } from "../http/route.ts";
import type { Call, Route } from "../http/route.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { describeBody } from "./audit-details.ts";
import type { BodyDetails } from "./audit-details.ts";
import { describeLongBody } from "./audit-long-body.ts";
import { findAdministrator } from "./store.ts";

/** Append-only record of administrators' actions. */
export interface Audit {
  /**
   * The same routes, of which those that change something are recorded. What
   * is going to be done is durable before it is done, and its outcome before it
   * is answered: a stop in between leaves one whose outcome is unknown.
   */
  record(routes: readonly Route[]): Route[];
  /** The newest first. */
  search(
    wanted: AuditFilter,
    page: Page,
  ): Promise<{ total: number; entries: AuditEntry[] }>;
}

/** Empty texts and 0 match everything. */
export interface AuditFilter {
  operatorUserID: string;
  action: string;
  target: string;
  startTime: number;
  /** The end of the range, exclusive. */
  endTime: number;
}

export interface AuditDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

/** docs/wire/accounts.md#admission, Forbidden. */
const tooManyGuesses = 20_012;

interface Intention {
  action: string;
  call: Call;
  /**
   * Details of the request's body, extracted before the transaction, which
   * blocks others.
   */
  described: BodyDetails;
}

export function createAudit({ db, transact, now }: AuditDeps): Audit {
  async function write(
    tx: Transaction,
    { action, call, described }: Intention,
  ): Promise<number> {
    const { targets, account, details } = described;
    const { userID } = call.cause.actor;
    const operator =
      userID === ""
        ? undefined
        : await findAdministrator(tx.db, "user_id", userID);
    return insertIntention(tx, {
      targets,
      details,
      time: now(),
      operatorUserID: userID,
      // A sign-in names the account it wants.
      operatorAccount: operator?.account ?? (userID === "" ? account : ""),
      action,
      address: call.address,
      operationID: call.cause.operationID.slice(0, 255),
    });
  }

  const conclude = (tx: Transaction, id: number, code: number) =>
    insertOutcome(tx, id, code, now());

  async function recorded(
    intention: Intention,
    act: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const id = await transact((tx) => write(tx, intention));
    let code = 0;
    try {
      return await act();
    } catch (error) {
      code = codeOf(error);
      throw error;
    } finally {
      await transact((tx) => conclude(tx, id, code));
    }
  }

  /**
   * A sign-in changes nothing before it is done. One that was refused for too
   * many wrong passwords is not worth a row: strangers could fill the disk.
   */
  async function recordedSignIn(
    intention: Intention,
    act: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    let code = 0;
    try {
      return await act();
    } catch (error) {
      code = codeOf(error);
      throw error;
    } finally {
      if (code !== tooManyGuesses)
        await transact(async (tx) =>
          conclude(tx, await write(tx, intention), code),
        );
    }
  }

  return {
    record: (routes) =>
      routes.map((route) => {
        const { method, answerBytes } = route;
        const action = method.path;
        if (method.kind === "read") return route;
        if (isOpen(route))
          return {
            ...route,
            answer: (call, body) =>
              recordedSignIn(
                { action, call, described: describeBody(body) },
                () => route.answer(call, body),
              ),
          };
        return {
          ...route,
          answer: (call, body) =>
            recorded({ action, call, described: describeBody(body) }, () =>
              route.answer(call, body),
            ),
          ...(answerBytes && {
            async answerBytes(call: Call, body: Uint8Array) {
              // Files are not looked at.
              const described =
                action === UserImportJson.path
                  ? await describeLongBody(body)
                  : describeBody("");
              return recorded({ action, call, described }, () =>
                answerBytes(call, body),
              );
            },
          }),
        };
      }),

    async search(wanted, { offset, limit }) {
      const found = () => {
        let query = db.selectFrom("audit_log as a");
        const { operatorUserID, action, target, startTime, endTime } = wanted;
        if (operatorUserID !== "")
          query = query.where("a.operator_user_id", "=", operatorUserID);
        if (action !== "") query = query.where("a.action", "=", action);
        if (startTime > 0) query = query.where("a.time", ">=", startTime);
        if (endTime > 0) query = query.where("a.time", "<", endTime);
        if (target !== "")
          query = query.where("a.id", "in", (e) =>
            e
              .selectFrom("audit_targets")
              .select("audit_id")
              .where("target", "=", target),
          );
        return query;
      };
      const { count } = await found()
        .select((e) => e.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      const rows = await found()
        .leftJoin("audit_outcomes as o", "o.audit_id", "a.id")
        .selectAll("a")
        .select(["o.time as end_time", "o.err_code"])
        .orderBy("a.id", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return {
        total: Number(count),
        entries: rows.map((row) => ({
          id: row.id,
          time: row.time,
          operatorUserID: row.operator_user_id,
          operatorAccount: row.operator_account,
          action: row.action,
          targets: JSON.parse(row.targets) as string[],
          details: row.details,
          address: row.address,
          operationID: row.operation_id,
          outcome:
            row.err_code === null
              ? "unknown"
              : row.err_code === 0
                ? "done"
                : "refused",
          errCode: row.err_code ?? 0,
          endTime: row.end_time ?? 0,
        })),
      };
    },
  };
}

/** Records what a command did on this machine, in the transaction that did it. */
export async function recordCommand(
  tx: Pick<Transaction, "db">,
  command: { action: string; targets: string[]; details: string; time: number },
): Promise<void> {
  const nobody = { operatorUserID: "", operatorAccount: "" };
  const id = await insertIntention(tx, {
    ...command,
    ...nobody,
    address: "",
    operationID: "",
  });
  await insertOutcome(tx, id, 0, command.time);
}

type RecordedIntention = Omit<
  AuditEntry,
  "id" | "outcome" | "errCode" | "endTime"
>;

async function insertIntention(
  { db }: Pick<Transaction, "db">,
  intention: RecordedIntention,
): Promise<number> {
  const { targets, time, action, details, address } = intention;
  const { id } = await db
    .insertInto("audit_log")
    .values({
      time,
      operator_user_id: intention.operatorUserID,
      operator_account: intention.operatorAccount,
      action,
      targets: JSON.stringify(targets),
      details,
      address,
      operation_id: intention.operationID,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  for (const chunk of chunksOf(targets))
    await db
      .insertInto("audit_targets")
      .values(chunk.map((target) => ({ target, audit_id: id })))
      .execute();
  return id;
}

const insertOutcome = (
  { db }: Pick<Transaction, "db">,
  audit_id: number,
  err_code: number,
  time: number,
) =>
  db
    .insertInto("audit_outcomes")
    .values({ audit_id, time, err_code })
    .execute();

function codeOf(error: unknown): number {
  const refusal = error instanceof BindError ? error.refusal : error;
  return refusal instanceof ProtocolError ? refusal.code : 500;
}
