declare module "../storage/schema.ts" {
  interface Schema {
    nodes: NodeTable;
  }
}

/** A process of the cluster that is alive, or was until a moment ago. PostgreSQL only. */
export interface NodeTable {
  id: string;
  /** For people: host and process. */
  name: string;
  version: string;
  addresses: string;
  state: string;
  sockets: number;
  /** Milliseconds since 1970. */
  since: number;
}
