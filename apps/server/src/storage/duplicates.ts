import { errors } from "@parley/protocol/errors";

/** Contract errors of unique constraints; all other constraints are 1003. */
const refusals: Readonly<Record<string, (detail: string) => Error>> = {
  users: errors.registeredAlready,
  accounts: errors.accountRegistered,
  credentials: errors.accountRegistered,
  groups: errors.groupIDExisted,
};

/**
 * Maps a unique violation to the contract's error. Rules check first, but two
 * callers can pass them at once, and the database refuses the second. Other
 * errors stay as they are.
 */
export function toDuplicateError(error: Error): Error {
  const table = duplicatedTable(error);
  if (table === undefined) return error;
  const refuse = refusals[table] ?? errors.duplicateKey;
  return refuse(`there is one like it among ${table} already`);
}

function duplicatedTable(error: Error): string | undefined {
  const { code, table = "" } = error as { code?: unknown; table?: string };
  if (code === "23505") return table;
  if (
    code !== "SQLITE_CONSTRAINT_UNIQUE" &&
    code !== "SQLITE_CONSTRAINT_PRIMARYKEY"
  )
    return undefined;
  return /constraint failed: (\w+)\./.exec(error.message)?.[1] ?? "";
}
