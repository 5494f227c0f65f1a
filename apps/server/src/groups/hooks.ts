import type { SetGroupMemberInfo } from "@parley/protocol/generated/group";
import type {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";

import type { Transaction } from "../storage/writer.ts";

/**
 * Webhooks about groups. Those before a change throw to refuse it; absent
 * fields of their answers stay as they are.
 */
export interface GroupHooks {
  beforeCreate?:
    | ((
        operationID: string,
        group: GroupInfo,
        members: readonly InitialMember[],
      ) => Promise<Partial<GroupInfo>>)
    | undefined;
  afterCreate?:
    | ((
        tx: Transaction,
        operationID: string,
        group: GroupInfo,
        members: readonly InitialMember[],
      ) => void)
    | undefined;
  /** Whenever members are about to be written. Answers them as they will be. */
  beforeEnter?:
    | ((
        operationID: string,
        group: GroupInfo,
        members: readonly GroupMemberFullInfo[],
      ) => Promise<readonly GroupMemberFullInfo[]>)
    | undefined;
  beforeInvite?:
    | ((
        operationID: string,
        wanted: {
          groupID: string;
          reason: string;
          invitedUserIDs: readonly string[];
        },
      ) => Promise<void>)
    | undefined;
  /** Asked before it is known whether the applicant is a member. */
  beforeApply?:
    | ((
        operationID: string,
        group: GroupInfo,
        wanted: { applicantID: string; reqMessage: string; ex: string },
      ) => Promise<void>)
    | undefined;
  afterJoin?:
    | ((
        tx: Transaction,
        operationID: string,
        joined: {
          groupID: string;
          reqMessage: string;
          joinSource: number;
          applicantID: string;
        },
      ) => void)
    | undefined;
  /** Hooks of set_group_info, in which "" means no change. */
  info?: InfoHooks | undefined;
  /** Hooks of set_group_info_ex. */
  infoEx?: InfoHooks | undefined;
  beforeMemberInfo?:
    | ((
        operationID: string,
        entry: SetGroupMemberInfo,
      ) => Promise<SetGroupMemberInfo>)
    | undefined;
  afterMemberInfo?:
    | ((
        tx: Transaction,
        operationID: string,
        entry: SetGroupMemberInfo,
      ) => void)
    | undefined;
  afterQuit?:
    | ((
        tx: Transaction,
        operationID: string,
        groupID: string,
        userID: string,
      ) => void)
    | undefined;
  afterKick?:
    | ((
        tx: Transaction,
        operationID: string,
        kicked: {
          groupID: string;
          kickedUserIDs: readonly string[];
          reason: string;
        },
      ) => void)
    | undefined;
  afterDismiss?:
    | ((
        tx: Transaction,
        operationID: string,
        group: GroupInfo,
        memberIDs: readonly string[],
      ) => void)
    | undefined;
  afterTransfer?:
    | ((
        tx: Transaction,
        operationID: string,
        handed: {
          groupID: string;
          oldOwnerUserID: string;
          newOwnerUserID: string;
        },
      ) => void)
    | undefined;
}

/** Absent fields stay as they are. */
export type InfoChange = Partial<
  Pick<
    GroupInfo,
    | "groupName"
    | "notification"
    | "introduction"
    | "faceURL"
    | "ex"
    | "needVerification"
    | "lookMemberInfo"
    | "applyMemberFriend"
  >
>;

export interface InfoHooks {
  before?:
    | ((
        operationID: string,
        groupID: string,
        change: InfoChange,
      ) => Promise<InfoChange>)
    | undefined;
  after?:
    | ((
        tx: Transaction,
        operationID: string,
        groupID: string,
        change: InfoChange,
      ) => void)
    | undefined;
}

export type InitialMember = Pick<GroupMemberFullInfo, "userID" | "roleLevel">;
