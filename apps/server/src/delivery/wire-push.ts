/** A push on its way to another node. */
export interface WirePush {
  /** Node that stored the message. */
  from: string;
  /** Its newest change then: whoever shows the message has heard of that. */
  change: number;
  conversationID: string;
  operationID: string;
  /** Its members are the receivers; "" = the users. */
  groupID: string;
  userIDs: readonly string[];
  /** As in a push. */
  isClose?: boolean | undefined;
  data: Uint8Array;
}

const text = new TextEncoder();

/** The head as JSON, its length before it, and the message behind it as it is. */
export function encodeWirePush({ data, ...head }: WirePush): Uint8Array {
  const json = text.encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + json.length + data.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(data, 4 + json.length);
  return bytes;
}

export function decodeWirePush(bytes: Uint8Array): WirePush {
  const { buffer, byteOffset } = bytes;
  const end = 4 + new DataView(buffer, byteOffset).getUint32(0);
  const json = new TextDecoder().decode(bytes.subarray(4, end));
  const head = JSON.parse(json) as Omit<WirePush, "data">;
  return { ...head, data: bytes.subarray(end) };
}
