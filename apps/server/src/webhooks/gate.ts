import { ContentType } from "@parley/protocol/content-types";
import { isNotificationID } from "@parley/protocol/conversation-ids";
import { readMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { ConversationRows } from "../conversations/rows.ts";
import type { NewRow } from "../conversations/store.ts";
import type { Deliver, Push } from "../delivery/delivery.ts";
import type { Transact } from "../storage/writer.ts";
import type { AskedRow, RowHooks } from "./conversation-hooks.ts";
import type { PushHooks } from "./push-hooks.ts";

export interface GateDeps {
  delivery: Deliver;
  push: PushHooks;
  /**
   * Creates the conversation rows of a first message after the hook's answer.
   */
  rows?: { hooks: RowHooks } & Pick<
    ConversationRows,
    "missingRows" | "toRows" | "make"
  >;
  transact: Transact;
  /** Leaves out unknown users and those who are being deleted. */
  listUsers(userIDs: readonly string[]): Promise<{ userID: string }[]>;
  /** It reaches nobody, online or offline. */
  heldBack(push: Push): void;
  failed(error: unknown): void;
}

/** Pushes that wait for answers; more are left to catching up by seq. */
const maxWaiting = 10_000;

/**
 * Stands before delivery while somebody wants a say in it: a message is
 * durable and its sender has the answer, so whatever takes its time here
 * delays nobody but the receivers of one conversation.
 */
export function createGate(deps: GateDeps): Deliver {
  const { delivery, rows } = deps;
  const online = deps.push.online;
  /** The last push of each conversation that is not through yet. */
  const last = new Map<string, Promise<void>>();
  let waiting = 0;

  function holdBack(push: Push): void {
    delivery.skip?.(push);
    deps.heldBack(push);
  }

  async function pass(push: Push): Promise<void> {
    const view = readMsgData(push.data);
    const isStored = view.seq > 0;
    if (isStored && rows && !isNotificationID(push.conversationID))
      await makeRows(push, view).catch(deps.failed);
    const userIDs =
      online && view.contentType !== ContentType.Typing
        ? await online(push.operationID, view, push.userIDs)
        : push.userIDs;
    // They are named now, and no longer all members.
    if (userIDs)
      delivery.deliver({
        ...{ ...push, userIDs, groupID: undefined },
        isChosen: userIDs !== push.userIDs,
      });
    else holdBack(push);
  }

  async function findRegistered(of: readonly AskedRow[]): Promise<Set<string>> {
    const users = await deps.listUsers(
      of.map(({ ownerUserID }) => ownerUserID),
    );
    return new Set(users.map(({ userID }) => userID));
  }

  async function makeRows(push: Push, view: MsgDataView): Promise<void> {
    if (!rows) return;
    const { conversationID, operationID } = push;
    const message = { conversationID, ...view.ids() };
    const missing = rows.toRows(message, await rows.missingRows(message));
    const first = missing.find(
      ({ ownerUserID }) => ownerUserID === view.sendID,
    );
    // The sender's comes first, and the receiver's begins like it.
    const asked = first
      ? [first, ...missing.filter((row) => row !== first)]
      : missing;
    if (asked.length === 0) return;
    const were = await findRegistered(asked);
    const begins = await rows.hooks.before(operationID, asked);
    if (!begins) return;
    const all: NewRow[] = asked.map((row, i) => ({
      ...row,
      begins: begins[i] ?? {},
    }));
    await deps.transact(async (tx) => {
      // A user who was deleted during the hook gets no row.
      const are = await findRegistered(asked);
      const gone = were.difference(are);
      const left = all.filter(({ ownerUserID }) => !gone.has(ownerUserID));
      await rows.make(tx, left);
      rows.hooks.after(tx, operationID, left);
    });
  }

  return {
    deliver(push) {
      const { conversationID } = push;
      if (waiting >= maxWaiting) {
        holdBack(push);
        return deps.failed(new Error("too many pushes wait for webhooks"));
      }
      waiting++;
      const before = last.get(conversationID) ?? Promise.resolve();
      const through = before
        .then(() => pass(push))
        .catch(deps.failed)
        .finally(() => {
          waiting--;
          if (last.get(conversationID) === through) last.delete(conversationID);
        });
      last.set(conversationID, through);
    },
  };
}
