import type { Bus, BusListener } from "../bus/bus.ts";
import type { Sessions } from "../gateway/sessions.ts";
import type { Now } from "../storage/engine.ts";

/**
 * The groups whose messages this node hears: those with a member who is connected to it.
 * Other nodes' messages of other groups cost it nothing.
 */
export interface GroupInterest {
  /** Returns the subject that all nodes with members of the group hear. */
  subjectOf(groupID: string): string;
  /**
   * Resolves when this node hears all groups of the user: whatever is committed after that
   * is heard. Never rejects.
   */
  ready(userID: string): Promise<void>;
  close(): void;
}

export interface GroupInterestDeps {
  bus: Pick<Bus, "subscribe" | "flush">;
  /** Called for messages to groups; may be called twice for the same message. */
  hear: BusListener;
  sessions: Pick<Sessions, "onChange">;
  groupsOf(
    userIDs: readonly string[],
  ): Promise<readonly { userID: string; groupID: string }[]>;
  isMember(groupID: string, userID: string): Now<boolean>;
  /**
   * Calls the listener when a membership changed, here or elsewhere; undefined: any may
   * have.
   */
  onMemberChange(
    listener: (member?: { groupID: string; userID: string }) => void,
  ): void;
  failed(error: unknown): void;
  /** Pause before a retry of reading groups, in ms. */
  retryMs?: number;
  /** A node with more groups hears all; each costs 3 KB, here and in NATS together. */
  mostGroups?: number;
  elapsed(): number;
}

/** The subject that every node hears. */
export const everyNode = "users";

/** Users in one question for their groups. */
const mostUsers = 500;
/**
 * Time after a change of members during which all nodes are told: the node of a new member
 * may hear the group's message before it hears of the member.
 */
const freshMs = 5_000;

/** A groupID may hold what a subject may not. */
const subjectOfGroup = (groupID: string): string =>
  `group.${Buffer.from(groupID).toString("base64url")}`;

interface Heard {
  /** Connected members. */
  users: number;
  /** Undefined: all groups are heard. */
  stop: (() => void) | undefined;
}

/** Groups of a user who is connected here. */
interface Known {
  groups: Set<string>;
  /** Resolves when they have been read, and are heard. */
  loaded: Promise<void>;
}

export function createGroupInterest({
  bus,
  hear,
  sessions,
  groupsOf,
  isMember,
  onMemberChange,
  failed,
  retryMs = 1_000,
  mostGroups = 50_000,
  elapsed,
}: GroupInterestDeps): GroupInterest {
  const users = new Map<string, Known>();
  const heard = new Map<string, Heard>();
  /** Groups whose members changed lately, with the time; the oldest first. */
  const changed = new Map<string, number>();
  /** Connected users whose groups are not known for certain: all groups are heard. */
  const unsure = new Set<Known>();
  let stopAll: (() => void) | undefined;
  let isCrowded = false;
  let isClosed = false;
  /** Users whose groups are read with the next question. */
  let asking:
    { userIDs: string[]; groups: Promise<Map<string, string[]>> } | undefined;

  const flush = (): Promise<void> => bus.flush().catch(() => undefined);
  const subscribe = (groupID: string) =>
    bus.subscribe(subjectOfGroup(groupID), hear);

  function hearAll(): void {
    if (!isClosed) stopAll ??= bus.subscribe("group.*", hear);
  }

  /** Unsubscribes from all groups, after it has subscribed to those that are needed. */
  async function narrow(): Promise<void> {
    if (!stopAll) return;
    if (isCrowded && heard.size < mostGroups / 2) {
      isCrowded = false;
      for (const [groupID, each] of heard) each.stop ??= subscribe(groupID);
      await flush();
    }
    if (isCrowded || unsure.size > 0) return;
    stopAll?.();
    stopAll = undefined;
  }

  function retain(groupID: string): void {
    const known = heard.get(groupID);
    if (known) return void known.users++;
    if (heard.size >= mostGroups) {
      isCrowded = true;
      hearAll();
    }
    const stop = isCrowded ? undefined : subscribe(groupID);
    heard.set(groupID, { users: 1, stop });
  }

  function release(groupID: string): void {
    const known = heard.get(groupID);
    if (!known || --known.users > 0) return;
    known.stop?.();
    heard.delete(groupID);
  }

  function add(known: Known, groupID: string): void {
    if (known.groups.has(groupID)) return;
    known.groups.add(groupID);
    retain(groupID);
  }

  function remove(known: Known, groupID: string): void {
    if (known.groups.delete(groupID)) release(groupID);
  }

  async function readGroups(userIDs: string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for (let at = 0; at < userIDs.length; at += mostUsers)
      for (const { userID, groupID } of await groupsOf(
        userIDs.slice(at, at + mostUsers),
      )) {
        const list = found.get(userID);
        if (list) list.push(groupID);
        else found.set(userID, [groupID]);
      }
    return found;
  }

  /** Users of one turn of the event loop are asked for together. */
  function groupsWith(userID: string): Promise<Map<string, string[]>> {
    if (!asking) {
      const userIDs: string[] = [];
      asking = {
        userIDs,
        groups: Promise.resolve().then(() => {
          asking = undefined;
          return readGroups(userIDs);
        }),
      };
    }
    asking.userIDs.push(userID);
    return asking.groups;
  }

  async function load(userID: string, known: Known): Promise<void> {
    while (!isClosed && users.get(userID) === known)
      try {
        const groups = (await groupsWith(userID)).get(userID) ?? [];
        if (users.get(userID) !== known) break;
        const now = new Set(groups);
        for (const groupID of known.groups.difference(now))
          remove(known, groupID);
        for (const groupID of now) add(known, groupID);
        await flush();
        break;
      } catch (error) {
        failed(error);
        unsure.add(known);
        hearAll();
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    unsure.delete(known);
    await narrow();
  }

  async function look(groupID: string, userID: string): Promise<void> {
    const known = users.get(userID);
    if (!known) return;
    const isIn = await isMember(groupID, userID);
    if (users.get(userID) !== known) return;
    if (isIn) add(known, groupID);
    else remove(known, groupID);
    await flush();
  }

  /** Subscribes to all groups until the groups of all users have been read again. */
  function readAgain(): void {
    if (users.size > 0) hearAll();
    for (const [userID, known] of users) {
      unsure.add(known);
      known.loaded = load(userID, known);
    }
  }

  sessions.onChange((userID, platformIDs) => {
    const known = users.get(userID);
    if (platformIDs.length === 0) {
      users.delete(userID);
      for (const groupID of known?.groups ?? []) release(groupID);
      if (stopAll) narrow().catch(failed);
    } else if (!known) {
      const fresh: Known = { groups: new Set(), loaded: Promise.resolve() };
      users.set(userID, fresh);
      fresh.loaded = load(userID, fresh);
    }
  });

  onMemberChange((member) => {
    if (!member) return readAgain();
    const { groupID, userID } = member;
    changed.delete(groupID);
    changed.set(groupID, elapsed());
    const known = users.get(userID);
    if (!known) return;
    known.loaded = known.loaded
      .then(() => look(groupID, userID))
      .catch((error: unknown) => {
        failed(error);
        unsure.add(known);
        hearAll();
        return load(userID, known);
      });
  });

  return {
    subjectOf(groupID) {
      const since = elapsed() - freshMs;
      for (const [changedID, at] of changed) {
        if (at > since) break;
        changed.delete(changedID);
      }
      return changed.has(groupID) ? everyNode : subjectOfGroup(groupID);
    },
    ready: async (userID) => users.get(userID)?.loaded,
    close() {
      isClosed = true;
      stopAll?.();
      for (const { stop } of heard.values()) stop?.();
    },
  };
}
