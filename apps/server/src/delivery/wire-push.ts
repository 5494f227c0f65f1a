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
  /** See Push. */
  isClose?: boolean | undefined;
  data: Uint8Array;
}

/** The head as JSON, its length before it, and the message behind it as it is. */
export function encodeWirePush({ data, ...head }: WirePush): Uint8Array {
  const json = JSON.stringify(head);
  const length = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(4 + length + data.length);
  bytes.writeUInt32BE(length);
  bytes.write(json, 4);
  bytes.set(data, 4 + length);
  return bytes;
}

export function decodeWirePush(bytes: Uint8Array): WirePush {
  const { buffer, byteOffset, length } = bytes;
  const whole = Buffer.from(buffer, byteOffset, length);
  const end = 4 + whole.readUInt32BE();
  const json = whole.toString("utf8", 4, end);
  const head = JSON.parse(json) as Omit<WirePush, "data">;
  return { ...head, data: bytes.subarray(end) };
}
