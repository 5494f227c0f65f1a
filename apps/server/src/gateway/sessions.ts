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
  /** The app is in the background (docs/wire/sockets.md#background). */
  isBackground: boolean;
  /** This node closes it so that the client connects to another. */
  readonly isLeaving?: boolean;
  /** Queues a frame. A session that does not read is closed. */
  send(frame: Uint8Array): void;
  /** Sends what is queued, then ends the connection. */
  close(reason: CloseReason): void;
}

/** A connection of a user, at this node or at another one. */
export interface Connected {
  readonly id: string;
  readonly userID: string;
  readonly platformID: number;
  readonly token: string;
  readonly isBackground: boolean;
  /** Asks the node of a session on another node to sign the client out and close. */
  kick?(): void;
}

/** The sessions of all nodes. */
export interface AllSessions {
  /** The user's live sessions; those of this node first. */
  of(userID: string): readonly Connected[];
  /** Platforms the user is online on, ascending, each once. */
  platformsOf(userID: string): number[];
  /** Calls `changed` whenever a user's set of connected platforms changes. */
  onChange(changed: PlatformsChanged): void;
  /**
   * Resolves when it knows of all sessions that there were anywhere when it was asked, as
   * far as the nodes answer in time; undefined: it always does.
   */
  catchUp?(): Promise<void>;
  /**
   * Resolves when a user whom a node sent away is back at another, or is not expected any
   * more; undefined: the user was not sent away.
   */
  returning?(userID: string): Promise<void> | undefined;
}

/** All sessions of this process. */
export interface Sessions extends AllSessions {
  add(session: Session): void;
  remove(session: Session): void;
  /** The user's live sessions, oldest first. */
  of(userID: string): readonly Session[];
  all(): Iterable<Session>;
  count(): number;
  userCount(): number;
  /** Calls the listener for each session that begins or ends. */
  onSession(listener: SessionListener): void;
}

type SessionListener = (session: Session, isOpen: boolean) => void;

type PlatformsChanged = (userID: string, platformIDs: number[]) => void;

const none: readonly Session[] = [];

const isList = (
  live: Session | readonly Session[],
): live is readonly Session[] => Array.isArray(live);

export function createSessions(): Sessions {
  const listeners: PlatformsChanged[] = [];
  const watchers: SessionListener[] = [];
  function changed(userID: string, platformIDs: number[]): void {
    for (const listener of listeners) listener(userID, platformIDs);
  }

  // Nearly everybody has one: a list for each would be memory for nothing.
  const byUser = new Map<string, Session | readonly Session[]>();
  let count = 0;

  function of(userID: string): readonly Session[] {
    const live = byUser.get(userID);
    if (live === undefined) return none;
    return isList(live) ? live : [live];
  }

  function platformsOf(userID: string): number[] {
    const live = byUser.get(userID);
    if (live === undefined) return [];
    if (!isList(live)) return [live.platformID];
    return [...new Set(live.map((each) => each.platformID))].sort(
      (a, b) => a - b,
    );
  }

  const isOn = ({ userID, platformID }: Session): boolean =>
    of(userID).some((each) => each.platformID === platformID);

  return {
    add(session) {
      const isNew = !isOn(session);
      const others = of(session.userID);
      byUser.set(
        session.userID,
        others.length === 0 ? session : [...others, session],
      );
      count++;
      for (const watcher of watchers) watcher(session, true);
      if (isNew) changed(session.userID, platformsOf(session.userID));
    },
    remove(session) {
      const live = of(session.userID);
      const others = live.filter((each) => each !== session);
      if (others.length === live.length) return;
      const [first, ...more] = others;
      if (!first) byUser.delete(session.userID);
      else byUser.set(session.userID, more.length === 0 ? first : others);
      count--;
      for (const watcher of watchers) watcher(session, false);
      if (!isOn(session)) changed(session.userID, platformsOf(session.userID));
    },
    of,
    platformsOf,
    *all() {
      for (const live of byUser.values())
        if (isList(live)) yield* live;
        else yield live;
    },
    count: () => count,
    userCount: () => byUser.size,
    onChange: (listener) => void listeners.push(listener),
    onSession: (listener) => void watchers.push(listener),
  };
}
