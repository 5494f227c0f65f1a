import { platformName } from "@parley/protocol/platforms";

import type { Session, Sessions } from "../gateway/sessions.ts";
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

/** Who stays connected is told again after this. */
const renewMs = 600_000;
/** Told at one tick; a restart brings everybody back at once. */
const toldAtOnce = 500;

/**
 * undefined while both hooks are off. What changes between two ticks is told
 * once: apps that come and go are many.
 */
export function createPresenceHooks(
  webhooks: Webhooks,
  sessions: Pick<Sessions, "of">,
  now: () => number,
): PresenceHooks | undefined {
  const online = webhooks.after("afterUserOnline");
  const offline = webhooks.after("afterUserOffline");
  if (!online && !offline) return undefined;
  const changedUsers = new Set<string>();
  /** When each connected user was told of, the longest ago first. */
  const toldAt = new Map<string, number>();
  let calls = 0;

  const newOperationID = () => `p_${process.pid}_${++calls}`;

  const shown = (platformID: number, userID: string, operationID: string) => ({
    operationID,
    platformID,
    platform: platformName(platformID) ?? "",
    userID,
    seq: now(),
    connID: "",
  });

  function tellOnline(userID: string): void {
    toldAt.delete(userID);
    const found = sessions.of(userID);
    if (found.length === 0) return;
    toldAt.set(userID, now());
    const operationID = newOperationID();
    for (const platformID of new Set(found.map((each) => each.platformID)))
      online?.(operationID, {
        ...shown(platformID, userID, operationID),
        isAppBackground: found.every(
          (each) => each.platformID !== platformID || each.isBackground,
        ),
      });
  }

  return {
    changed: (userID) => void changedUsers.add(userID),
    closed({ userID, platformID }) {
      const isOn = sessions
        .of(userID)
        .some((each) => each.platformID === platformID);
      if (isOn) return;
      const operationID = newOperationID();
      offline?.(operationID, shown(platformID, userID, operationID));
    },
    tick() {
      let room = toldAtOnce;
      for (const userID of changedUsers) {
        if (room-- <= 0) return;
        changedUsers.delete(userID);
        tellOnline(userID);
      }
      for (const [userID, at] of toldAt) {
        if (room-- <= 0 || now() - at < renewMs) return;
        tellOnline(userID);
      }
    },
  };
}
