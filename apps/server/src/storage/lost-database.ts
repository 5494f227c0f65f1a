import { errors, ProtocolError } from "@parley/protocol/errors";

/**
 * PostgreSQL was lost or does not answer: 90002. If thrown in a batch, nothing
 * of the batch was stored.
 */
export class LostDatabase extends ProtocolError {
  constructor(detail: string, cause?: unknown) {
    super(errors.database().code, detail, { cause });
  }
}

/**
 * Another process has the database, or it is a different one: this process must
 * exit.
 */
export class ForeignDatabase extends Error {
  override readonly name = "ForeignDatabase";
}

/** States in which PostgreSQL ends a connection, or takes no new one. */
const lostStates = new Set([
  "08000",
  "08001",
  "08003",
  "08004",
  "08006",
  "08007",
  "25P03", // idle_in_transaction_session_timeout
  "25P04", // transaction_timeout
  "53300", // too_many_connections
  "57P01", // admin_shutdown, pg_terminate_backend
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now: it starts, stops or recovers
  "57P05", // idle_session_timeout
]);

/**
 * Returns whether the error means that the connection is lost or could not be
 * made. An error without SQLSTATE came from the socket if its connection is
 * dead.
 */
export function isLoss(error: unknown, isDead: boolean): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code))
    return lostStates.has(code);
  return isDead;
}

export const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? // Errors of several addresses say nothing themselves.
      error.message || ((error as { code?: string }).code ?? error.name)
    : String(error);
