import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

import { withoutSecrets, withoutSecretText } from "./secrets.ts";

export type { Logger };

/**
 * JSON lines, on standard output unless `to` says where. Message content, tokens and
 * secrets are never passed to it; what looks like one is masked all the same.
 */
export function createLogger(level: string, to?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: withoutSecrets,
      },
      // Described already.
      serializers: { err: (error: unknown) => error },
      // Fields of child loggers bypass the formatters.
      redact: {
        paths: ["token", "secret", "password", "authorization", "key"],
        censor: "***",
      },
      hooks: {
        // Of an error alone the message would be the line's.
        logMethod(given, log) {
          const [error] = given as unknown[];
          if (given.length === 1 && error instanceof Error)
            log.call(this, { err: error }, withoutSecretText(error.message));
          else log.apply(this, given);
        },
      },
    },
    // The last line before process.exit would still be on its way otherwise.
    to ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Logs an event that operators wait for, at every level. */
export function announce(logger: Logger, about: object, message: string): void {
  logger.child({}, { level: "info" }).info(about, message);
}
