import type { UserInfo } from "@parley/protocol/generated/sdkws";

import type { Transaction } from "../storage/writer.ts";

/** Names that a user is about to get; what is absent stays. */
export interface Profile {
  nickname?: string;
  faceURL?: string;
  ex?: string;
}

/**
 * Webhooks about users. `Ex` marks the routes where "" is a value and differs
 * from absent.
 */
export interface UserHooks {
  /** Returns the users to register instead. Throws to refuse. */
  beforeRegister?:
    | ((
        operationID: string,
        users: readonly UserInfo[],
      ) => Promise<readonly UserInfo[]>)
    | undefined;
  afterRegister?:
    | ((
        tx: Transaction,
        operationID: string,
        users: readonly UserInfo[],
      ) => void)
    | undefined;
  /** Returns the change to make. Throws to refuse. */
  beforeUpdate?: BeforeUpdate | undefined;
  afterUpdate?: AfterUpdate | undefined;
  beforeUpdateEx?: BeforeUpdate | undefined;
  afterUpdateEx?: AfterUpdate | undefined;
}

type BeforeUpdate = <Change extends Profile>(
  operationID: string,
  userID: string,
  change: Change,
) => Promise<Change>;

type AfterUpdate = (
  tx: Transaction,
  operationID: string,
  userID: string,
  change: Profile,
) => void;
