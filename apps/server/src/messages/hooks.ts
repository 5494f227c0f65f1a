import type { MsgData } from "@parley/protocol/generated/sdkws";
import type { JSONValue } from "@parley/protocol/go-json";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { Transaction } from "../storage/writer.ts";

/** A message on its way to be accepted. */
export interface Draft {
  view: MsgDataView;
  serverMsgID: string;
  operationID: string;
}

/** A message as a webhook changed it. */
export interface Modified {
  /** All of it, without a seq. */
  message: MsgData;
  /** Changed fields by their names in MsgData, for REST answers. */
  fields: Record<string, JSONValue>;
}

/**
 * Webhooks about messages. Disabled ones are absent, so that a message costs
 * nothing for them.
 */
export interface MessageHooks {
  /** Throws to refuse a message between two users. */
  beforeSingle?: ((draft: Draft) => Promise<void>) | undefined;
  /** Throws to refuse a message to a group. */
  beforeGroup?: ((draft: Draft) => Promise<void>) | undefined;
  /** Modifies the message; undefined: no change. Throws to refuse. */
  modify?: ((draft: Draft) => Promise<Modified | undefined>) | undefined;
  /** It is being stored, or delivered without that. */
  sent?:
    ((tx: Transaction, draft: Draft, sent: SentMessage) => void) | undefined;
}

export interface SentMessage {
  conversationID: string;
  sendTime: number;
}

type Sent = NonNullable<MessageHooks["sent"]>;

/**
 * Returns the hooks with one more listener for messages, while there is one.
 */
export function withListener<Hooks extends MessageHooks>(
  hooks: Hooks,
  find: () => Sent | undefined,
): Hooks {
  const { sent } = hooks;
  return {
    ...hooks,
    get sent(): Sent | undefined {
      const also = find();
      if (!also || !sent) return also ?? sent;
      return (tx, draft, message) => {
        sent(tx, draft, message);
        also(tx, draft, message);
      };
    },
  };
}

export interface ReadingHooks {
  messagesRead?:
    | ((
        tx: Transaction,
        operationID: string,
        read: {
          conversationID: string;
          userID: string;
          seqs: readonly number[];
          conversationType: number;
        },
      ) => void)
    | undefined;
  groupRead?:
    | ((
        tx: Transaction,
        operationID: string,
        read: {
          conversationID: string;
          userID: string;
          hasReadSeq: number;
          conversationType: number;
        },
      ) => void)
    | undefined;
}

export interface RevokeHooks {
  revoked?:
    | ((
        tx: Transaction,
        operationID: string,
        revoked: { conversationID: string; seq: number; userID: string },
      ) => void)
    | undefined;
}
