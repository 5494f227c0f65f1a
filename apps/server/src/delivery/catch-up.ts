import { readMsgData } from "@parley/protocol/msg-data";

import type { Bus } from "../bus/bus.ts";
import type { Sessions } from "../gateway/sessions.ts";
import { shareTurns } from "../pace/turns.ts";
import type { StoredMessage } from "../storage/engine.ts";
import type { BetweenNodes } from "./between-nodes.ts";
import type { Push } from "./delivery.ts";
import { mostMissed } from "./in-order.ts";

export interface CatchUpDeps {
  bus: Pick<
    Bus,
    "onDown" | "onUp" | "isUp" | "publish" | "subscribe" | "flush"
  >;
  sessions: Pick<Sessions, "all">;
  /** Every conversation that the user can see, and its newest message. */
  newestSeqs(
    userID: string,
  ): Promise<
    readonly { conversationID: string; maxSeq: number; maxSeqTime: number }[]
  >;
  /** Reads what the user may read of begin..end. */
  read(
    userID: string,
    ranges: readonly { conversationID: string; begin: number; end: number }[],
  ): Promise<
    readonly { conversationID: string; messages: readonly StoredMessage[] }[]
  >;
  last: BetweenNodes["last"];
  doubt: BetweenNodes["doubt"];
  /** Delivers in the order of other pushes, and only once to each user. */
  show(push: Push): void;
  failed(error: unknown): void;
  now(): number;
}

/** Clocks of nodes differ, and the loss of the bus is noticed late. */
const marginMs = 10_000;
/** A node that is back tells the others since when it was away. */
const backSubject = "back";

/**
 * While the bus was away, messages that other nodes stored did not come. When it is back,
 * each client that is connected here is shown those of its conversations. Nodes come back
 * one after the other, and what one stores before it is back reaches nobody else: so each
 * tells the others, who then look again. `caughtUp` resolves with the number of pushes.
 */
export function watchBus(deps: CatchUpDeps): { caughtUp(): Promise<number> } {
  let since = 0;
  let catchingUp: Promise<number> = Promise.resolve(0);

  async function catchUp(from: number): Promise<number> {
    const rest = shareTurns();
    const users = new Set<string>();
    for (const { userID } of deps.sessions.all()) users.add(userID);
    /** By conversation and seq: one push for all who miss it, as it is shown only once. */
    const missed = new Map<string, Map<number, Push & { userIDs: string[] }>>();
    for (const userID of users) {
      await rest();
      const newest = await deps.newestSeqs(userID);
      const ranges = newest.flatMap(
        ({ conversationID, maxSeq, maxSeqTime }) => {
          if (maxSeqTime < from) return [];
          const shown = deps.last(conversationID) ?? 0;
          const begin = Math.max(shown + 1, maxSeq - mostMissed + 1);
          return begin > maxSeq ? [] : [{ conversationID, begin, end: maxSeq }];
        },
      );
      if (ranges.length === 0) continue;
      for (const { conversationID, messages } of await deps.read(
        userID,
        ranges,
      )) {
        const pushes =
          missed.get(conversationID) ??
          new Map<number, Push & { userIDs: string[] }>();
        missed.set(conversationID, pushes);
        for (const { seq, data } of messages) {
          if (readMsgData(data).sendTime < from) continue;
          const known = pushes.get(seq);
          if (known) known.userIDs.push(userID);
          else
            pushes.set(seq, {
              ...{ conversationID, data, operationID: "", userIDs: [userID] },
              isFromElsewhere: true,
            });
        }
      }
    }
    let count = 0;
    for (const pushes of missed.values()) {
      await rest();
      for (const [, push] of [...pushes].sort(([a], [b]) => a - b)) {
        deps.show(push);
        count++;
      }
    }
    return count;
  }

  /** The beginning of what is to be caught up next. */
  let next: number | undefined;

  async function settle(): Promise<number> {
    let count = 0;
    while (next !== undefined) {
      const from = next;
      next = undefined;
      try {
        // What is stored from here on is heard.
        await deps.bus.flush();
        count += await catchUp(from);
      } catch (error) {
        // Away again; its return begins anew.
        if (!deps.bus.isUp()) {
          since = Math.min(since || from + marginMs, from + marginMs);
          return count;
        }
        deps.failed(error);
      }
    }
    if (deps.bus.isUp()) deps.doubt(undefined);
    return count;
  }

  function begin(awaySince: number): void {
    const from = awaySince - marginMs;
    const isRunning = next !== undefined;
    next = Math.min(next ?? from, from);
    deps.doubt(next);
    if (!isRunning) catchingUp = catchingUp.then(settle);
  }

  deps.bus.onDown(() => {
    since ||= deps.now();
    deps.doubt(since - marginMs);
  });
  deps.bus.onUp(() => {
    if (since === 0) return;
    const awaySince = since;
    since = 0;
    deps.bus.publish(
      backSubject,
      new TextEncoder().encode(String(deps.now() - awaySince)),
    );
    begin(awaySince);
  });
  deps.bus.subscribe(backSubject, (data) => {
    // A span, as the clocks of nodes differ.
    const awayMs = Number(new TextDecoder().decode(data));
    if (awayMs >= 0) begin(deps.now() - awayMs);
  });
  return { caughtUp: () => catchingUp };
}
