import { sql } from "kysely";
import type { Kysely, RawBuilder, SqlBool } from "kysely";

import { isAmong, isPostgres } from "../storage/id-list.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText, partsToMatch } from "../storage/text-search.ts";
import type { Account } from "./store.ts";

type DB = Kysely<Schema>;
type Condition = RawBuilder<SqlBool>;

export interface WantedAccounts {
  /** Part of a userID, account, nickname, phone number or address; "" all. */
  keyword: string;
  /** Empty: any. */
  genders: readonly number[];
  /** Leaves out those who are blocked. */
  isNormal: boolean;
  /** undefined: anybody. */
  among?: readonly string[];
}

/** Each piece of work, such as a query, in its turn. */
export type Paced = <T>(work: () => Promise<T>) => Promise<T>;

const searched = [
  "user_id",
  "account",
  "nickname",
  "phone_number",
  "email",
] as const;

/** Rows of one piece of reading, a millisecond or two of it. */
const piece = 1_000;
/** Above so many matches, a scan of the accounts is faster. */
const few = 2_000;
/** The index is tried on the first of them … */
const sample = 131_072;
/** … and asked about all if that promises to take so many milliseconds. */
const longestLook = 40;

/**
 * Returns a page of matching accounts in order of registration, and their
 * total. SQLite runs on the main thread, so a query that no index answers reads
 * in chunks.
 */
export async function countAndListAccounts(
  db: DB,
  wanted: WantedAccounts,
  page: Page,
  paced: Paced,
): Promise<{ total: number; accounts: Account[] }> {
  const { keyword, among } = wanted;
  if (among) {
    const ids: number[] = [];
    for (let at = 0; at < among.length; at += piece)
      ids.push(
        ...(await paced(() =>
          listIDs(db, wanted, [
            isAmong(db, "user_id", among.slice(at, at + piece)),
          ]),
        )),
      );
    return pageOf(db, ids, page, paced);
  }
  if (keyword === "" || isPostgres(db))
    return {
      total: await paced(() => count(db, wanted)),
      accounts: await readAll(
        db,
        await paced(() => listIDs(db, wanted, [], page)),
        paced,
      ),
    };
  const last = await findLastID(db);
  const candidates = await findCandidates(db, keyword, last, paced);
  if (candidates)
    return pageOf(
      db,
      await paced(() => listIDs(db, wanted, [isOneOf(candidates)])),
      page,
      paced,
    );
  return scan(db, wanted, last, page, paced);
}

async function findLastID(db: DB): Promise<number> {
  const { last } = await db
    .selectFrom("accounts")
    .select((of) => of.fn.max("id").as("last"))
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

/** All of them, a piece at a time. */
async function scan(
  db: DB,
  wanted: WantedAccounts,
  last: number,
  page: Page,
  paced: Paced,
): Promise<{ total: number; accounts: Account[] }> {
  const end = page.offset + page.limit;
  const ids: number[] = [];
  let total = 0;
  for (let from = 0; from < last; from += piece) {
    const range = sql<SqlBool>`(id > ${from} and id <= ${from + piece})`;
    const found = await paced(() => listIDs(db, wanted, [range]));
    for (const id of found) {
      if (total >= page.offset && total < end) ids.push(id);
      total++;
    }
  }
  return { total, accounts: await readAll(db, ids, paced) };
}

/**
 * Finds candidates by the trigram index. Undefined: a scan in chunks blocks
 * others less, because many accounts have the parts and few have them in this
 * order.
 */
async function findCandidates(
  db: DB,
  keyword: string,
  last: number,
  paced: Paced,
): Promise<number[] | undefined> {
  const parts = partsToMatch(keyword);
  if (parts === undefined) return undefined;
  const look = (until: number) =>
    paced(async () => {
      const began = performance.now();
      const { rows } = await sql<{ id: number }>`
        select rowid as id from accounts_text
        where accounts_text match ${parts} and rowid <= ${until}
        limit ${few + 1}
      `.execute(db);
      return { rows, ms: performance.now() - began };
    });
  const first = await look(sample);
  if (first.rows.length > few) return undefined;
  if (last <= sample) return first.rows.map(({ id }) => id);
  if ((first.ms * last) / sample > longestLook) return undefined;
  const { rows } = await look(last);
  return rows.length > few ? undefined : rows.map(({ id }) => id);
}

const isOneOf = (ids: readonly number[]): Condition =>
  sql<SqlBool>`id in (select value from json_each(${JSON.stringify(ids)}))`;

async function pageOf(
  db: DB,
  ids: number[],
  { offset, limit }: Page,
  paced: Paced,
): Promise<{ total: number; accounts: Account[] }> {
  const inOrder = ids.sort((a, b) => a - b);
  return {
    total: ids.length,
    accounts: await readAll(db, inOrder.slice(offset, offset + limit), paced),
  };
}

async function readAll(
  db: DB,
  ids: readonly number[],
  paced: Paced,
): Promise<Account[]> {
  const accounts: Account[] = [];
  for (let at = 0; at < ids.length; at += piece)
    accounts.push(
      ...(await paced(() =>
        db
          .selectFrom("accounts")
          .selectAll()
          .where("id", "in", ids.slice(at, at + piece))
          .orderBy("id")
          .execute(),
      )),
    );
  return accounts;
}

function conditionsOf(db: DB, wanted: WantedAccounts): Condition[] {
  const { keyword, genders, isNormal } = wanted;
  return [
    ...(keyword === ""
      ? []
      : [
          sql<SqlBool>`(${sql.join(
            searched.map((column) => containsText(db, column, keyword)),
            sql` or `,
          )})`,
        ]),
    ...(genders.length === 0
      ? []
      : [sql<SqlBool>`gender in (${sql.raw(genders.map(Number).join())})`]),
    ...(isNormal
      ? [
          sql<SqlBool>`not exists (select 1 from blocked_accounts as blocked where blocked.user_id = accounts.user_id)`,
        ]
      : []),
  ];
}

const and = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0
    ? sql<SqlBool>`1 = 1`
    : sql<SqlBool>`${sql.join(conditions, sql` and `)}`;

async function listIDs(
  db: DB,
  wanted: WantedAccounts,
  more: readonly Condition[],
  page?: Page,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from accounts ${isPostgres(db) || !page ? sql`` : sql`${indexOf(wanted)}`}
    where ${and([...more, ...conditionsOf(db, wanted)])}
    order by id ${page ? sql`limit ${page.limit} offset ${page.offset}` : sql``}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** SQLite would sort by the index of genders, where most have these. */
const indexOf = ({ genders }: WantedAccounts) =>
  genders.join() === ordinaryGenders.join()
    ? sql`indexed by accounts_ordinary`
    : sql``;

/** Everybody is one of these, but for a few. */
export const ordinaryGenders = [0, 1, 2] as const;

async function count(db: DB, wanted: WantedAccounts): Promise<number> {
  const { keyword, genders, isNormal } = wanted;
  if (keyword === "" && isNormal)
    return (
      (await count(db, { ...wanted, isNormal: false })) -
      (await countBlocked(db, genders))
    );
  const isOrdinary = genders.join() === ordinaryGenders.join();
  const { rows } = await (
    keyword === "" && isOrdinary
      ? sql<{ count: number }>`select (select count(*) from accounts)
        - (select count(*) from accounts where gender < 0)
        - (select count(*) from accounts where gender > 2) as count`
      : sql<{ count: number }>`select count(*) as count from accounts
        where ${and(conditionsOf(db, wanted))}`
  ).execute(db);
  return Number(rows[0]?.count ?? 0);
}

async function countBlocked(
  db: DB,
  genders: readonly number[],
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    -- In this order: few are blocked.
    select count(*) as count from blocked_accounts as blocked
    cross join accounts
    where accounts.user_id = blocked.user_id
      and ${and(conditionsOf(db, { keyword: "", genders, isNormal: false }))}
  `.execute(db);
  return Number(rows[0]?.count ?? 0);
}
