import { platformName } from "@parley/protocol/platforms";

import type { AllSessions, Session } from "../gateway/sessions.ts";
import { aboutNothing } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Webhooks } from "./webhooks.ts";

/** Tells who is connected (docs/webhooks.md). */
export interface PresenceHooks {
  /** The set of the user's platforms is another. */
  changed(userID: string): void;
  /** This connection ended. */
  closed(session: Session): void;
  /** Called every second or so. */
  tick(): void;
}

export interface PresenceHooksDeps {
  transact: Transact;
  failed(error: unknown): void;
  now: () => number;
}

type Left = Pick<Session, "userID" | "platformID">;

/** Interval at which connected users are reported again. */
const renewMs = 600_000;
/** Told at one tick; a restart brings everybody back at once. */
const toldAtOnce = 500;

/**
 * undefined while both hooks are off. What changes between two ticks is told
 * once: apps that come and go are many.
 */
export function createPresenceHooks(
  webhooks: Webhooks,
  sessions: Pick<AllSessions, "of" | "returning">,
  { transact, failed, now }: PresenceHooksDeps,
): PresenceHooks | undefined {
  const online = webhooks.after("afterUserOnline");
  const offline = webhooks.after("afterUserOffline");
  if (!online && !offline) return undefined;
  const changedUsers = new Set<string>();
  /** The time of the last event of each connected user, the oldest first. */
  const toldAt = new Map<string, number>();
  let events: ((tx: Transaction) => void)[] = [];
  let calls = 0;

  /** No change comes with it: what is told at once is written together. */
  function tell(event: (tx: Transaction) => void): void {
    if (events.push(event) > 1) return;
    transact(async (tx) => {
      for (const event of events.splice(0)) event(tx);
    }, aboutNothing).catch((error: unknown) => {
      events = [];
      failed(error);
    });
  }

  const newOperationID = () => `p_${process.pid}_${++calls}`;

  const shown = (platformID: number, userID: string, operationID: string) => ({
    operationID,
    platformID,
    platform: platformName(platformID) ?? "",
    userID,
    seq: now(),
    connID: "",
  });

  function tellOnline(tx: Transaction, userID: string): void {
    toldAt.delete(userID);
    const found = sessions.of(userID);
    if (found.length === 0) return;
    toldAt.set(userID, now());
    const operationID = newOperationID();
    for (const platformID of new Set(found.map((each) => each.platformID)))
      online?.(
        tx,
        operationID,
        {
          ...shown(platformID, userID, operationID),
          isAppBackground: found.every(
            (each) => each.platformID !== platformID || each.isBackground,
          ),
        },
        { lane: userID },
      );
  }

  function closed({ userID, platformID }: Left): void {
    const isOn = sessions
      .of(userID)
      .some((each) => each.platformID === platformID);
    if (isOn) return;
    const operationID = newOperationID();
    const body = shown(platformID, userID, operationID);
    tell((tx) => offline?.(tx, operationID, body, { lane: userID }));
  }

  return {
    changed: (userID) => void changedUsers.add(userID),
    closed(session) {
      const { userID, platformID, isLeaving } = session;
      const returned = isLeaving ? sessions.returning?.(userID) : undefined;
      if (returned) void returned.then(() => closed({ userID, platformID }));
      else closed(session);
    },
    tick() {
      let room = toldAtOnce;
      for (const userID of changedUsers) {
        if (room-- <= 0) return;
        changedUsers.delete(userID);
        tell((tx) => tellOnline(tx, userID));
      }
      for (const [userID, at] of toldAt) {
        if (room-- <= 0 || now() - at < renewMs) return;
        // It moves to the end, whenever it is written.
        toldAt.delete(userID);
        toldAt.set(userID, now());
        tell((tx) => tellOnline(tx, userID));
      }
    },
  };
}
