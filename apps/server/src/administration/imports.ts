import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors, ProtocolError } from "@parley/protocol/errors";

import type { Newcomer, Registration } from "../accounts/registration.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import { readUserSheet } from "./user-sheet.ts";

/** Administrators make accounts for others, with any userID. */
export interface Imports {
  addUser(by: ImportCaller, user: RegisterUserInfo | null): Promise<void>;
  /**
   * All of them or none: throws the code of the first bad one, and says of
   * every one what is wrong. OpenIM stops at the first and keeps those before.
   */
  importUsers(
    by: ImportCaller,
    users: readonly RegisterUserInfo[],
  ): Promise<void>;
  /** The same from the sheet "user" of an xlsx file. */
  importWorkbook(by: ImportCaller, file: Uint8Array): Promise<void>;
}

export interface ImportCaller {
  operationID: string;
  address: string;
}

export interface ImportsDeps {
  registration: Pick<Registration, "check" | "add">;
  inTurn: KeyLock;
  now: () => number;
}

/** Each costs a hash of a password, some 20 ms. */
export const mostRows = 10_000;

interface Row {
  number: number;
  user: RegisterUserInfo;
  problem?: string | undefined;
}

export function createImports({
  registration,
  inTurn,
  now,
}: ImportsDeps): Imports {
  const toNewcomer = (
    { address }: ImportCaller,
    user: RegisterUserInfo,
  ): Newcomer => ({ user, address, deviceID: "", platformID: adminPlatform });

  async function importRows(
    by: ImportCaller,
    rows: readonly Row[],
  ): Promise<void> {
    if (rows.length === 0)
      throw errors.args("the list of users to import is empty");
    if (rows.length > mostRows)
      throw errors.args(
        `${rows.length} users at once: at most ${mostRows} can be imported`,
      );
    await requireGood(by.operationID, rows);
    // Hashing takes half of what is there for it; and of two imports of the same people
    // one has to find them all free.
    await inTurn("imports", async () => {
      await registration.add(
        by.operationID,
        rows.map(({ user }) => toNewcomer(by, user)),
      );
    });
  }

  async function requireGood(
    operationID: string,
    rows: readonly Row[],
  ): Promise<void> {
    const whole = rows.filter(({ problem }) => problem === undefined);
    const found = await registration.check(
      operationID,
      whole.map(({ user }) => user),
    );
    const problems = new Map<Row, ProtocolError>();
    for (const [i, row] of whole.entries()) {
      const problem = found[i];
      if (problem) problems.set(row, problem);
    }
    const bad = rows.flatMap((row) => {
      const error =
        row.problem === undefined
          ? problems.get(row)
          : errors.args(row.problem);
      return error ? [{ number: row.number, error }] : [];
    });
    if (bad[0])
      throw new ProtocolError(
        bad[0].error.code,
        bad
          .map(
            ({ number, error }) =>
              `row ${number}: ${error.detail || error.errMsg}`,
          )
          .join("; "),
      );
  }

  return {
    async addUser(by, user) {
      if (!user) throw errors.args("user is missing");
      const [problem] = await registration.check(by.operationID, [user]);
      if (problem) throw problem;
      await registration.add(by.operationID, [toNewcomer(by, user)]);
    },

    importUsers: (by, users) =>
      importRows(
        by,
        users.map((user, i) => ({ number: i + 1, user })),
      ),

    async importWorkbook(by, file) {
      const rows = await readUserSheet(file, { mostRows, now: now() });
      await importRows(by, rows);
    },
  };
}

/** Platform that OpenIM records for people whom an administrator adds. */
const adminPlatform = 10;
