import type { CloseReason } from "@parley/protocol/errors";

import type { WireFormat } from "./wire-format.ts";

/**
 * One live connection of a user: who it is, a bounded queue and a way to
 * close. It knows no feature.
 */
export interface Session {
  readonly id: string;
  readonly userID: string;
  readonly platformID: number;
  readonly token: string;
  readonly wire: WireFormat;
  /** The app is in the background (gateway.md §9). */
  isBackground: boolean;
  /** Queues a frame. A session that does not read is closed. */
  send(frame: Uint8Array): void;
  /** Sends what is queued, then ends the connection. */
  close(reason: CloseReason): void;
}

/** Everybody who is connected to this process. */
export interface Sessions {
  add(session: Session): void;
  remove(session: Session): void;
  /** The user's live sessions, oldest first. */
  of(userID: string): readonly Session[];
  /** Platforms the user is online on, ascending, each once. */
  platformsOf(userID: string): number[];
  all(): Iterable<Session>;
  count(): number;
  userCount(): number;
}

const none: readonly Session[] = [];

/** `changed` hears when the set of a user's platforms is another. */
export function createSessions(
  changed: (userID: string, platformIDs: number[]) => void,
): Sessions {
  const byUser = new Map<string, Session[]>();
  let count = 0;

  const platformsOf = (userID: string): number[] =>
    [
      ...new Set((byUser.get(userID) ?? []).map((each) => each.platformID)),
    ].sort((a, b) => a - b);

  const isOn = ({ userID, platformID }: Session): boolean =>
    (byUser.get(userID) ?? none).some((each) => each.platformID === platformID);

  return {
    add(session) {
      const isNew = !isOn(session);
      const list = byUser.get(session.userID);
      if (list) list.push(session);
      else byUser.set(session.userID, [session]);
      count++;
      if (isNew) changed(session.userID, platformsOf(session.userID));
    },
    remove(session) {
      const list = byUser.get(session.userID);
      const at = list?.indexOf(session) ?? -1;
      if (!list || at < 0) return;
      list.splice(at, 1);
      if (list.length === 0) byUser.delete(session.userID);
      count--;
      if (!isOn(session)) changed(session.userID, platformsOf(session.userID));
    },
    of: (userID) => byUser.get(userID) ?? none,
    platformsOf,
    *all() {
      for (const list of byUser.values()) yield* list;
    },
    count: () => count,
    userCount: () => byUser.size,
  };
}
