import { MsgStatus } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";
import { frameMessages } from "@parley/protocol/push-frame";

import type { Head } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import { all, then } from "../storage/engine.ts";
import type { Engine, Now, StoredMessage } from "../storage/engine.ts";
import { createDeletionMarks } from "./deletion-marks.ts";
import { createReadMarks } from "./read-marks.ts";
import { createRevocationMarks } from "./revocation-marks.ts";
import { ownOf } from "./shared-ids.ts";
import type { Reader } from "./shared-ids.ts";

/**
 * Returns messages as one user sees them (docs/wire/messages.md#pulling):
 * deleted for everyone as placeholders, revoked ones as revoked.
 */
export interface Views {
  /** One entry for each seq of begin..end. */
  range(reader: Reader, head: Head, begin: number, end: number): Now<Shown>;
  /** The newest in the bounds that still has its content; undefined = none. */
  newest(
    reader: Reader,
    head: Head,
    min: number,
    max: number,
  ): Promise<StoredMessage | undefined>;
}

/** Messages as they go out. */
export interface Shown {
  messages: StoredMessage[];
  /** The same as frameMessages makes them. */
  framed: Uint8Array;
}

export interface ViewsDeps {
  engine: Pick<Engine, "read" | "log">;
  log: MessageLog;
}

export function createViews({ engine, log }: ViewsDeps): Views {
  const { read: db } = engine;
  // Each shows what the ones before it made of a message.
  const kinds = [
    createRevocationMarks({ db, log }),
    createReadMarks(engine.log),
    createDeletionMarks(db),
  ];

  /** Nearly always there are no marks, and no message is looked at. */
  function present(
    reader: Reader,
    head: Head,
    found: StoredMessage[],
  ): Now<Shown> {
    const begin = found[0]?.seq ?? 0;
    const end = found.at(-1)?.seq ?? 0;
    const messages = ownOf(reader, head, found);
    const shown = framed(messages);
    const about = { ...shown, reader, head, begin, end };
    return then(all(kinds.map((load) => load(about))), (loaded) => {
      const shows = loaded.filter((show) => show !== undefined);
      if (shows.length === 0) return shown;
      return framed(
        messages.map((message) =>
          shows.reduce((made, show) => show(made), message),
        ),
      );
    });
  }

  return {
    range: (reader, head, begin, end) =>
      then(log.read(head, begin, end), (found) =>
        then(present(reader, head, found), (shown) =>
          shown.messages.length === end - begin + 1
            ? shown
            : fillHoles(shown.messages, begin, end, () =>
                log.timeBefore(head, begin),
              ).then(framed),
        ),
      ),

    async newest(reader, head, min, max) {
      // Nearly always it is the very last; else some more are looked at.
      let span = 1;
      for (let end = max; end >= Math.max(1, min); end -= span, span = 20) {
        const begin = Math.max(1, min, end - span + 1);
        const last = ownOf(reader, head, await log.read(head, begin, end))
          .filter(({ data }) => readMsgData(data).status < MsgStatus.deleted)
          .at(-1);
        if (!last) continue;
        const { messages } = await present(reader, head, [last]);
        return messages[0];
      }
      return undefined;
    },
  };
}

export const framed = (messages: StoredMessage[]): Shown => ({
  messages,
  framed: frameMessages(messages),
});

/**
 * COMPAT: sdk-core 3.8 expects every seq of a range, and treats status 4 as
 * deleted.
 */
async function fillHoles(
  found: StoredMessage[],
  begin: number,
  end: number,
  timeBefore: () => Promise<number>,
): Promise<StoredMessage[]> {
  const filled: StoredMessage[] = [];
  let at = 0;
  let sendTime = found[0]?.seq === begin ? 0 : await timeBefore();
  for (let seq = begin; seq <= end; seq++) {
    const next = found[at];
    if (next?.seq === seq) {
      ({ sendTime } = readMsgData(next.data));
      filled.push(next);
      at++;
      continue;
    }
    const status = MsgStatus.deleted;
    filled.push({ seq, data: MsgData.encode({ seq, status, sendTime }) });
  }
  return filled;
}
