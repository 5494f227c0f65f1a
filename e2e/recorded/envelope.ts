/** The client's envelope; `data` is base64 here. */
export interface Envelope {
  reqIdentifier: number;
  token: string;
  sendID: string;
  operationID: string;
  msgIncr: string;
  data: string;
}

/** The server's envelope; without data it is null or absent. */
export interface Reply {
  reqIdentifier: number;
  msgIncr: string;
  operationID: string;
  errCode: number;
  errMsg: string;
  data?: string | null;
}
