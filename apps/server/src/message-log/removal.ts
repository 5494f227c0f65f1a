import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Head } from "./heads.ts";
import type { MessageLog } from "./log.ts";

/** Looks back in growing steps: many messages may be gone. */
export async function timeBefore(
  read: MessageLog["read"],
  head: Head,
  seq: number,
): Promise<number> {
  let span = 50;
  for (let end = seq - 1; end >= Math.max(1, head.minSeq); end -= span) {
    if (end < seq - 1) span *= 4;
    const last = (await read(head, Math.max(1, end - span + 1), end)).at(-1);
    if (last) return readMsgData(last.data).sendTime;
  }
  return 0;
}

/** Enough to answer a resend of a message that was deleted for everyone. */
export function withoutContent(data: Uint8Array): Uint8Array {
  const { sendID, clientMsgID, serverMsgID, sendTime, seq } =
    MsgData.decode(data);
  return MsgData.encode({ sendID, clientMsgID, serverMsgID, sendTime, seq });
}
