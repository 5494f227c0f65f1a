/** What a client puts around its data, which is base64 here. */
export interface Envelope {
  reqIdentifier: number;
  token: string;
  sendID: string;
  operationID: string;
  msgIncr: string;
  data: string;
}

/** What the server puts around its data; no data is null or nothing. */
export interface Reply {
  reqIdentifier: number;
  msgIncr: string;
  operationID: string;
  errCode: number;
  errMsg: string;
  data?: string | null;
}
