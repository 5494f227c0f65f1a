import type { Transaction } from "../storage/writer.ts";
import type { RowChange } from "./store.ts";

/** Webhooks that set the first values of rows of new members. */
export interface GroupRowHooks {
  /** null: refused; the rows are not made, and asked for again later. */
  before(
    tx: Transaction,
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<RowChange | null>;
  /** They are made. */
  after(
    tx: Transaction,
    operationID: string,
    groupID: string,
    begins: RowChange,
  ): void;
}
