import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    agents: AgentTable;
    agent_exchanges: AgentExchangeTable;
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

/** A question to an agent, and its answer. */
export interface AgentExchangeTable {
  /** The question's id and the agent's. */
  id: string;
  /** "": it is gone. */
  agent_id: string;
  /** `user` or `group`, and which: where they talk. */
  place: string;
  asker_id: string;
  /** 0 under way, 1 over, 2 refused, which the user was told. */
  state: number;
  /** Which answers it. */
  process: string;
  asked_at: number;
  /** 0: it is not over. */
  ended_at: number;
  /** JSON of question and answer; "": they are not remembered. */
  said: string;
}
