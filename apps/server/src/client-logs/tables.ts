import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    client_logs: ClientLogTable;
  }
}

/** A log file that an app uploaded, described. */
export interface ClientLogTable {
  id: Generated<number>;
  log_id: string;
  user_id: string;
  /** A name, such as IOS; may be empty. */
  platform: string;
  url: string;
  filename: string;
  app_framework: string;
  version: string;
  ex: string;
  create_time: number;
}
