import type { Transaction } from "../storage/writer.ts";
import type { StoredBlack } from "./black-store.ts";

/**
 * Webhooks about friends and blacklists. Those before a change throw to refuse
 * it.
 */
export interface FriendHooks {
  beforeApply?:
    | ((
        operationID: string,
        application: {
          fromUserID: string;
          toUserID: string;
          reqMsg: string;
          ex: string;
        },
      ) => Promise<void>)
    | undefined;
  afterApply?:
    | ((
        tx: Transaction,
        operationID: string,
        application: { fromUserID: string; toUserID: string; reqMsg: string },
      ) => void)
    | undefined;
  beforeAgree?:
    ((operationID: string, answer: Agreement) => Promise<void>) | undefined;
  afterAgree?:
    | ((tx: Transaction, operationID: string, answer: Agreement) => void)
    | undefined;
  afterDelete?:
    | ((
        tx: Transaction,
        operationID: string,
        ownerID: string,
        friendID: string,
      ) => void)
    | undefined;
  /** Returns the remark to set. Called before the permission check. */
  beforeRemark?:
    ((operationID: string, remark: Remark) => Promise<string>) | undefined;
  afterRemark?:
    | ((tx: Transaction, operationID: string, remark: Remark) => void)
    | undefined;
  /** Returns the users to import. */
  beforeImport?:
    | ((
        operationID: string,
        ownerID: string,
        friendIDs: readonly string[],
      ) => Promise<readonly string[]>)
    | undefined;
  afterImport?:
    | ((
        tx: Transaction,
        operationID: string,
        ownerID: string,
        friendIDs: readonly string[],
      ) => void)
    | undefined;
  beforeBlock?:
    | ((
        operationID: string,
        black: Pick<StoredBlack, "ownerUserID" | "blackUserID">,
      ) => Promise<void>)
    | undefined;
  afterUnblock?:
    | ((
        tx: Transaction,
        operationID: string,
        black: Pick<StoredBlack, "ownerUserID" | "blackUserID">,
      ) => void)
    | undefined;
}

export interface Agreement {
  fromUserID: string;
  toUserID: string;
  handleMsg: string;
}

export interface Remark {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
}
