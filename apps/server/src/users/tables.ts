import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    users: UserTable;
    user_commands: UserCommandTable;
    client_configs: ClientConfigTable;
  }
}

export interface UserTable {
  id: Generated<number>;
  user_id: string;
  nickname: string;
  face_url: string;
  ex: string;
  create_time: number;
  app_manger_level: number;
  global_recv_msg_opt: number;
}

export interface UserCommandTable {
  id: Generated<number>;
  user_id: string;
  type: number;
  uuid: string;
  value: string;
  ex: string;
  /** Seconds. */
  create_time: number;
}

export interface ClientConfigTable {
  id: Generated<number>;
  /** Empty for the configuration of everybody. */
  user_id: string;
  key: string;
  value: string;
}
