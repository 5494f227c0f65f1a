import { errors } from "@parley/protocol/errors";
import { SubUserOnlineStatusTips } from "@parley/protocol/generated/sdkws";
import { SubscribeStatusFrame } from "@parley/protocol/methods/frames";

import { handler } from "./requests.ts";
import type { FrameHandler } from "./requests.ts";
import type { Session, Sessions } from "./sessions.ts";

/**
 * Subscriptions to users' presence (docs/wire/sockets.md#presence). They live
 * with connections.
 */
export interface Presence {
  /** Frame 2005. */
  subscribe: FrameHandler;
  /** Tells those who watch this user. */
  changed(userID: string, platformIDs: number[]): void;
  /** Forgets what this session watched. */
  forget(session: Session): void;
}

/** Watched by one connection: more than anybody has friends. */
const maxWatched = 10_000;
/** Limit for all connections of one user. */
const maxWatchedByUser = 100_000;

export function createPresence(platformsOf: Sessions["platformsOf"]): Presence {
  const watchers = new Map<string, Set<Session>>();
  const watched = new Map<Session, Set<string>>();
  /** Number of watched users by watching user. */
  const counts = new Map<string, number>();

  function count(watcher: string, more: 1 | -1): void {
    const now = (counts.get(watcher) ?? 0) + more;
    if (now === 0) counts.delete(watcher);
    else counts.set(watcher, now);
  }

  function watch(session: Session, userID: string): void {
    let sessions = watchers.get(userID);
    if (!sessions) watchers.set(userID, (sessions = new Set()));
    sessions.add(session);
    let userIDs = watched.get(session);
    if (!userIDs) watched.set(session, (userIDs = new Set()));
    if (userIDs.has(userID)) return;
    userIDs.add(userID);
    count(session.userID, 1);
  }

  function unwatch(session: Session, userID: string): void {
    if (!watched.get(session)?.delete(userID)) return;
    count(session.userID, -1);
    const sessions = watchers.get(userID);
    sessions?.delete(session);
    if (sessions?.size === 0) watchers.delete(userID);
  }

  /**
   * Limits subscriptions, whose userIDs need not exist, so that they cannot
   * fill the memory.
   */
  function requireRoom(
    session: Session,
    left: ReadonlySet<string>,
    userIDs: readonly string[],
  ): void {
    const known = watched.get(session) ?? new Set<string>();
    const kept = known.difference(left);
    const added = new Set(userIDs).difference(kept);
    if (kept.size + added.size > maxWatched)
      throw errors.args(
        `a connection watches ${maxWatched} users at most: unsubscribe some first`,
      );
    const others = (counts.get(session.userID) ?? 0) - known.size;
    if (others + kept.size + added.size > maxWatchedByUser)
      throw errors.args(
        `all connections of a user watch ${maxWatchedByUser} users at most`,
      );
  }

  return {
    subscribe: handler(SubscribeStatusFrame, ({ session }, request) => {
      const left = new Set(request.unsubscribeUserID);
      requireRoom(session, left, request.subscribeUserID);
      const answer = SubUserOnlineStatusTips.encode({
        subscribers: request.subscribeUserID.map((userID) => ({
          userID,
          onlinePlatformIDs: platformsOf(userID),
        })),
      });
      if (!session.wire.fits(answer))
        throw errors.args("the answer would be too large: name fewer userIDs");
      for (const userID of left) unwatch(session, userID);
      for (const userID of request.subscribeUserID) watch(session, userID);
      return Promise.resolve({ data: answer });
    }),
    changed(userID, onlinePlatformIDs) {
      const sessions = watchers.get(userID);
      if (!sessions) return;
      const data = SubUserOnlineStatusTips.encode({
        subscribers: [{ userID, onlinePlatformIDs }],
      });
      for (const session of sessions)
        session.send(
          session.wire.encode({
            reqIdentifier: SubscribeStatusFrame.reqIdentifier,
            msgIncr: "",
            operationID: "",
            errCode: 0,
            errMsg: "",
            data,
          }),
        );
    },
    forget(session) {
      for (const userID of watched.get(session) ?? []) unwatch(session, userID);
      watched.delete(session);
    },
  };
}
