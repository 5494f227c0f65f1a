/** One request on its way to the server (docs/wire/sockets.md#envelopes). */
export interface RequestEnvelope {
  reqIdentifier: number;
  /** Carried and ignored: the connection is who it is. */
  token: string;
  sendID: string;
  operationID: string;
  /** Chosen by the client to find the answer again. */
  msgIncr: string;
  /** Protobuf; may be a view into the frame it came in. */
  data: Uint8Array;
}

/** An answer, or with an empty `msgIncr` a push. */
export interface ResponseEnvelope {
  reqIdentifier: number;
  msgIncr: string;
  operationID: string;
  /** 0 = success. */
  errCode: number;
  errMsg: string;
  data: Uint8Array;
}

/** Encoding of a connection's frames (docs/wire/sockets.md#encodings). */
export interface Codec {
  /** These two throw FrameError, and nothing else, whatever they are given. */
  decodeRequest(frame: Uint8Array): RequestEnvelope;
  decodeResponse(frame: Uint8Array): ResponseEnvelope;
  encodeRequest(request: RequestEnvelope): Uint8Array<ArrayBuffer>;
  encodeResponse(response: ResponseEnvelope): Uint8Array<ArrayBuffer>;
}

/** The frame cannot be understood: the connection it came by is to end. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/**
 * Request identifiers of frames, under the SDK's names
 * (docs/wire/sockets.md#requests).
 */
export const ReqIdentifier = {
  getNewestSeq: 1001,
  pullMsgByRange: 1002,
  sendMsg: 1003,
  sendSignalMsg: 1004,
  pullMsgBySeqList: 1005,
  getConvMaxReadSeq: 1006,
  pullConvLastMessage: 1007,
  pushMsg: 2001,
  kickOnlineMsg: 2002,
  logout: 2003,
  setBackgroundStatus: 2004,
  subUserOnlineStatus: 2005,
} as const;

/** Default data of a frame without this field. */
export const noData: Uint8Array = new Uint8Array(0);
