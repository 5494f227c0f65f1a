import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    agents: AgentTable;
  }
}

/** An account that answers by a language model. */
export interface AgentTable {
  id: Generated<number>;
  user_id: string;
  nickname: string;
  face_url: string;
  /** Endpoint of an OpenAI-style API. */
  url: string;
  /** Key for the endpoint. */
  api_key: string;
  identity: string;
  model: string;
  prompts: string;
  create_time: number;
}
