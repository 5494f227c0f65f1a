import { pino } from "pino";
import type { Logger } from "pino";

export type { Logger };

/**
 * JSON lines on standard output. Message content, tokens and secrets are never
 * passed to it; what looks like one is masked all the same.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["token", "secret", "password", "*.token", "*.secret"],
      censor: "***",
    },
  });
}

/** Logs an event that operators wait for, at every level. */
export function announce(logger: Logger, about: object, message: string): void {
  logger.child({}, { level: "info" }).info(about, message);
}
