import { errors, ProtocolError } from "@parley/protocol/errors";

import { DamagedDatabase } from "./damage.ts";

/**
 * Maps an error of the disk to 90002 with the reason in errDlt. Other errors
 * stay as they are.
 */
export function toDiskError(error: Error): Error {
  const reason = reasonOf(error);
  return reason === undefined
    ? error
    : errors.database(`nothing was changed: ${reason}`, { cause: error });
}

/**
 * Returns whether the error means that the disk wrote nothing, or has data that
 * was not written.
 */
export const isOfDisk = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof DamagedDatabase ||
    reasonOf(error) !== undefined ||
    (error.cause instanceof Error && reasonOf(error.cause) !== undefined));

/** The same for what failed a whole batch, which no rule of ours does. */
export function toBatchError(error: Error): ProtocolError {
  const told = toDiskError(error);
  return told instanceof ProtocolError
    ? told
    : errors.database("the database did not take the change", {
        cause: error,
      });
}

function reasonOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  // Our own refusals have numbers.
  if (typeof code !== "string") return undefined;
  // 53100 is PostgreSQL's disk_full.
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "53100")
    return "the disk is full";
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS")
    return "the disk is read-only";
  // 58030 is PostgreSQL's io_error.
  if (code.startsWith("SQLITE_IOERR") || code === "EIO" || code === "58030")
    return `the disk does not take writes (${code})`;
  return undefined;
}
