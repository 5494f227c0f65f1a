declare module "../storage/schema.ts" {
  interface Schema {
    nodes: NodeTable;
  }
}

/** A live node, or one that died a moment ago. PostgreSQL only. */
export interface NodeTable {
  id: string;
  /** Host and process id. */
  name: string;
  version: string;
  addresses: string;
  state: string;
  sockets: number;
  /** Milliseconds since 1970. */
  since: number;
  beat_at: Date;
}
