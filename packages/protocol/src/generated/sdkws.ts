// Made from proto/openim/sdkws.proto by scripts/generate.ts; do not edit.

import { message, type MessageType } from "../message.ts";

export const PullOrder = { PullOrderAsc: 0, PullOrderDesc: 1 } as const;

export interface GroupInfo {
  groupID: string;
  groupName: string;
  notification: string;
  introduction: string;
  faceURL: string;
  ownerUserID: string;
  /** Unix milliseconds */
  createTime: number;
  /** current member rows */
  memberCount: number;
  ex: string;
  /** 0 normal, 1 banned chat (unused), 2 dismissed, 3 muted */
  status: number;
  creatorUserID: string;
  /** 2 working group (only creatable type); 0 normal, 1 super are legacy */
  groupType: number;
  /** 0 applicants need approval, invitees join directly; 1 everyone needs approval unless invited by owner/admin; 2 anyone joins directly */
  needVerification: number;
  /** 0 allowed, 1 members may not view member details (client enforced) */
  lookMemberInfo: number;
  /** 0 allowed, 1 members may not add each other from the group (client enforced) */
  applyMemberFriend: number;
  /** Unix milliseconds; 0 when never set at creation */
  notificationUpdateTime: number;
  notificationUserID: string;
}
export const GroupInfo: MessageType<GroupInfo> = message(
  "openim.sdkws.GroupInfo",
);

export interface GroupInfoForSet {
  groupID: string;
  groupName: string;
  notification: string;
  introduction: string;
  faceURL: string;
  ex: string | null;
  needVerification: number | null;
  lookMemberInfo: number | null;
  applyMemberFriend: number | null;
}
export const GroupInfoForSet: MessageType<GroupInfoForSet> = message(
  "openim.sdkws.GroupInfoForSet",
);

export interface GroupMemberFullInfo {
  groupID: string;
  userID: string;
  /** 100 owner, 60 admin, 20 ordinary */
  roleLevel: number;
  /** Unix milliseconds */
  joinTime: number;
  nickname: string;
  faceURL: string;
  /** 0 in listings */
  appMangerLevel: number;
  /** 1 admin, 2 invitation, 3 search, 4 QR code, 0 unset */
  joinSource: number;
  operatorUserID: string;
  ex: string;
  /** Unix milliseconds; 0 or past = not muted */
  muteEndTime: number;
  inviterUserID: string;
}
export const GroupMemberFullInfo: MessageType<GroupMemberFullInfo> = message(
  "openim.sdkws.GroupMemberFullInfo",
);

export interface PublicUserInfo {
  userID: string;
  nickname: string;
  faceURL: string;
  ex: string;
}
export const PublicUserInfo: MessageType<PublicUserInfo> = message(
  "openim.sdkws.PublicUserInfo",
);

export interface UserInfo {
  userID: string;
  nickname: string;
  faceURL: string;
  ex: string;
  /** Unix milliseconds */
  createTime: number;
  /** 0/1 ordinary, 2 app admin, 3 notification account, 4 robot (spelling as is) */
  appMangerLevel: number;
  /** 0 receive, 1 not, 2 receive without notification */
  globalRecvMsgOpt: number;
}
export const UserInfo: MessageType<UserInfo> = message("openim.sdkws.UserInfo");

export interface UserInfoWithEx {
  userID: string;
  nickname: string | null;
  faceURL: string | null;
  ex: string | null;
  globalRecvMsgOpt: number | null;
}
export const UserInfoWithEx: MessageType<UserInfoWithEx> = message(
  "openim.sdkws.UserInfoWithEx",
);

export interface FriendInfo {
  ownerUserID: string;
  remark: string;
  /** SECONDS in get_friend_list, get_designated_friends, get_incremental_friends; milliseconds in get_specified_friends_info */
  createTime: number;
  friendUser: UserInfo | null;
  /** 1 imported, 2 by application */
  addSource: number;
  operatorUserID: string;
  ex: string;
  isPinned: boolean;
}
export const FriendInfo: MessageType<FriendInfo> = message(
  "openim.sdkws.FriendInfo",
);

export interface BlackInfo {
  ownerUserID: string;
  /** SECONDS in get_black_list; milliseconds in get_specified_blacks and get_specified_friends_info */
  createTime: number;
  blackUserInfo: PublicUserInfo | null;
  addSource: number;
  operatorUserID: string;
  ex: string;
}
export const BlackInfo: MessageType<BlackInfo> = message(
  "openim.sdkws.BlackInfo",
);

export interface GroupRequest {
  userInfo: PublicUserInfo | null;
  groupInfo: GroupInfo | null;
  /** 0 pending, 1 accepted, -1 refused */
  handleResult: number;
  reqMsg: string;
  handleMsg: string;
  /** Unix milliseconds */
  reqTime: number;
  handleUserID: string;
  /** Unix milliseconds */
  handleTime: number;
  ex: string;
  joinSource: number;
  inviterUserID: string;
}
export const GroupRequest: MessageType<GroupRequest> = message(
  "openim.sdkws.GroupRequest",
);

export interface FriendRequest {
  fromUserID: string;
  fromNickname: string;
  fromFaceURL: string;
  toUserID: string;
  toNickname: string;
  toFaceURL: string;
  /** 0 pending, 1 accepted, -1 refused */
  handleResult: number;
  reqMsg: string;
  /** Unix milliseconds */
  createTime: number;
  handlerUserID: string;
  handleMsg: string;
  /** Unix milliseconds; 0 while pending */
  handleTime: number;
  ex: string;
}
export const FriendRequest: MessageType<FriendRequest> = message(
  "openim.sdkws.FriendRequest",
);

export interface PullMessageBySeqsReq {
  userID: string;
  seqRanges: SeqRange[];
  order: number;
}
export const PullMessageBySeqsReq: MessageType<PullMessageBySeqsReq> = message(
  "openim.sdkws.PullMessageBySeqsReq",
);

export interface SeqRange {
  conversationID: string;
  begin: number;
  end: number;
  num: number;
}
export const SeqRange: MessageType<SeqRange> = message("openim.sdkws.SeqRange");

export interface PullMsgs {
  Msgs: MsgData[];
  isEnd: boolean;
  endSeq: number;
}
export const PullMsgs: MessageType<PullMsgs> = message("openim.sdkws.PullMsgs");

export interface PullMessageBySeqsResp {
  msgs: Record<string, PullMsgs>;
  notificationMsgs: Record<string, PullMsgs>;
}
export const PullMessageBySeqsResp: MessageType<PullMessageBySeqsResp> =
  message("openim.sdkws.PullMessageBySeqsResp");

export interface GetMaxSeqReq {
  userID: string;
}
export const GetMaxSeqReq: MessageType<GetMaxSeqReq> = message(
  "openim.sdkws.GetMaxSeqReq",
);

export interface GetMaxSeqResp {
  maxSeqs: Record<string, number>;
  minSeqs: Record<string, number>;
}
export const GetMaxSeqResp: MessageType<GetMaxSeqResp> = message(
  "openim.sdkws.GetMaxSeqResp",
);

export interface UserSendMsgResp {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
}
export const UserSendMsgResp: MessageType<UserSendMsgResp> = message(
  "openim.sdkws.UserSendMsgResp",
);

export interface MsgData {
  sendID: string;
  recvID: string;
  groupID: string;
  clientMsgID: string;
  serverMsgID: string;
  senderPlatformID: number;
  senderNickname: string;
  senderFaceURL: string;
  /** 1 single, 2 legacy group, 3 group, 4 notification */
  sessionType: number;
  /** 100 user, 200 system */
  msgFrom: number;
  contentType: number;
  /** UTF-8 of the JSON that describes the content */
  content: Uint8Array;
  seq: number;
  /** Unix milliseconds */
  sendTime: number;
  /** Unix milliseconds */
  createTime: number;
  /** 1 sending, 2 sent, 3 failed, 4 deleted */
  status: number;
  isRead: boolean;
  /** an absent key counts as true */
  options: Record<string, boolean>;
  offlinePushInfo: OfflinePushInfo | null;
  atUserIDList: string[];
  attachedInfo: string;
  ex: string;
}
export const MsgData: MessageType<MsgData> = message("openim.sdkws.MsgData");

export interface PushMessages {
  msgs: Record<string, PullMsgs>;
  notificationMsgs: Record<string, PullMsgs>;
}
export const PushMessages: MessageType<PushMessages> = message(
  "openim.sdkws.PushMessages",
);

export interface OfflinePushInfo {
  title: string;
  desc: string;
  ex: string;
  iOSPushSound: string;
  iOSBadgeCount: boolean;
  /** unused */
  signalInfo: string;
}
export const OfflinePushInfo: MessageType<OfflinePushInfo> = message(
  "openim.sdkws.OfflinePushInfo",
);

export interface TipsComm {
  detail: Uint8Array;
  defaultTips: string;
  jsonDetail: string;
}
export const TipsComm: MessageType<TipsComm> = message("openim.sdkws.TipsComm");

export interface GroupCreatedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  memberList: GroupMemberFullInfo[];
  operationTime: number;
  groupOwnerUser: GroupMemberFullInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupCreatedTips: MessageType<GroupCreatedTips> = message(
  "openim.sdkws.GroupCreatedTips",
);

export interface GroupInfoSetTips {
  opUser: GroupMemberFullInfo | null;
  muteTime: number;
  group: GroupInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupInfoSetTips: MessageType<GroupInfoSetTips> = message(
  "openim.sdkws.GroupInfoSetTips",
);

export interface GroupInfoSetNameTips {
  opUser: GroupMemberFullInfo | null;
  group: GroupInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupInfoSetNameTips: MessageType<GroupInfoSetNameTips> = message(
  "openim.sdkws.GroupInfoSetNameTips",
);

export interface GroupInfoSetAnnouncementTips {
  opUser: GroupMemberFullInfo | null;
  group: GroupInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupInfoSetAnnouncementTips: MessageType<GroupInfoSetAnnouncementTips> =
  message("openim.sdkws.GroupInfoSetAnnouncementTips");

export interface JoinGroupApplicationTips {
  group: GroupInfo | null;
  applicant: PublicUserInfo | null;
  reqMsg: string;
  uuid: string;
  request: GroupRequest | null;
}
export const JoinGroupApplicationTips: MessageType<JoinGroupApplicationTips> =
  message("openim.sdkws.JoinGroupApplicationTips");

export interface MemberQuitTips {
  group: GroupInfo | null;
  quitUser: GroupMemberFullInfo | null;
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const MemberQuitTips: MessageType<MemberQuitTips> = message(
  "openim.sdkws.MemberQuitTips",
);

export interface GroupApplicationAcceptedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  handleMsg: string;
  receiverAs: number;
  uuid: string;
  request: GroupRequest | null;
}
export const GroupApplicationAcceptedTips: MessageType<GroupApplicationAcceptedTips> =
  message("openim.sdkws.GroupApplicationAcceptedTips");

export interface GroupApplicationRejectedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  handleMsg: string;
  receiverAs: number;
  uuid: string;
  request: GroupRequest | null;
}
export const GroupApplicationRejectedTips: MessageType<GroupApplicationRejectedTips> =
  message("openim.sdkws.GroupApplicationRejectedTips");

export interface GroupOwnerTransferredTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  newGroupOwner: GroupMemberFullInfo | null;
  oldGroupOwner: string;
  operationTime: number;
  oldGroupOwnerInfo: GroupMemberFullInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupOwnerTransferredTips: MessageType<GroupOwnerTransferredTips> =
  message("openim.sdkws.GroupOwnerTransferredTips");

export interface MemberKickedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  kickedUserList: GroupMemberFullInfo[];
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const MemberKickedTips: MessageType<MemberKickedTips> = message(
  "openim.sdkws.MemberKickedTips",
);

export interface MemberInvitedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  invitedUserList: GroupMemberFullInfo[];
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
  inviterUser: GroupMemberFullInfo | null;
}
export const MemberInvitedTips: MessageType<MemberInvitedTips> = message(
  "openim.sdkws.MemberInvitedTips",
);

export interface MemberEnterTips {
  group: GroupInfo | null;
  entrantUser: GroupMemberFullInfo | null;
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const MemberEnterTips: MessageType<MemberEnterTips> = message(
  "openim.sdkws.MemberEnterTips",
);

export interface GroupDismissedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
}
export const GroupDismissedTips: MessageType<GroupDismissedTips> = message(
  "openim.sdkws.GroupDismissedTips",
);

export interface GroupMemberMutedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
  mutedUser: GroupMemberFullInfo | null;
  mutedSeconds: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupMemberMutedTips: MessageType<GroupMemberMutedTips> = message(
  "openim.sdkws.GroupMemberMutedTips",
);

export interface GroupMemberCancelMutedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
  mutedUser: GroupMemberFullInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupMemberCancelMutedTips: MessageType<GroupMemberCancelMutedTips> =
  message("openim.sdkws.GroupMemberCancelMutedTips");

export interface GroupMutedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupMutedTips: MessageType<GroupMutedTips> = message(
  "openim.sdkws.GroupMutedTips",
);

export interface GroupCancelMutedTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
  groupMemberVersion: number;
  groupMemberVersionID: string;
}
export const GroupCancelMutedTips: MessageType<GroupCancelMutedTips> = message(
  "openim.sdkws.GroupCancelMutedTips",
);

export interface GroupMemberInfoSetTips {
  group: GroupInfo | null;
  opUser: GroupMemberFullInfo | null;
  operationTime: number;
  changedUser: GroupMemberFullInfo | null;
  groupMemberVersion: number;
  groupMemberVersionID: string;
  groupSortVersion: number;
}
export const GroupMemberInfoSetTips: MessageType<GroupMemberInfoSetTips> =
  message("openim.sdkws.GroupMemberInfoSetTips");

export interface FriendApplication {
  addTime: number;
  addSource: string;
  addWording: string;
}
export const FriendApplication: MessageType<FriendApplication> = message(
  "openim.sdkws.FriendApplication",
);

export interface FromToUserID {
  fromUserID: string;
  toUserID: string;
}
export const FromToUserID: MessageType<FromToUserID> = message(
  "openim.sdkws.FromToUserID",
);

export interface FriendApplicationTips {
  fromToUserID: FromToUserID | null;
  request: FriendRequest | null;
}
export const FriendApplicationTips: MessageType<FriendApplicationTips> =
  message("openim.sdkws.FriendApplicationTips");

export interface FriendApplicationApprovedTips {
  fromToUserID: FromToUserID | null;
  handleMsg: string;
  friendVersion: number;
  friendVersionID: string;
  request: FriendRequest | null;
}
export const FriendApplicationApprovedTips: MessageType<FriendApplicationApprovedTips> =
  message("openim.sdkws.FriendApplicationApprovedTips");

export interface FriendApplicationRejectedTips {
  fromToUserID: FromToUserID | null;
  handleMsg: string;
  request: FriendRequest | null;
}
export const FriendApplicationRejectedTips: MessageType<FriendApplicationRejectedTips> =
  message("openim.sdkws.FriendApplicationRejectedTips");

export interface FriendAddedTips {
  friend: FriendInfo | null;
  operationTime: number;
  opUser: PublicUserInfo | null;
  friendVersion: number;
  friendVersionID: string;
}
export const FriendAddedTips: MessageType<FriendAddedTips> = message(
  "openim.sdkws.FriendAddedTips",
);

export interface FriendDeletedTips {
  fromToUserID: FromToUserID | null;
  friendVersion: number;
  friendVersionID: string;
}
export const FriendDeletedTips: MessageType<FriendDeletedTips> = message(
  "openim.sdkws.FriendDeletedTips",
);

export interface BlackAddedTips {
  fromToUserID: FromToUserID | null;
}
export const BlackAddedTips: MessageType<BlackAddedTips> = message(
  "openim.sdkws.BlackAddedTips",
);

export interface BlackDeletedTips {
  fromToUserID: FromToUserID | null;
}
export const BlackDeletedTips: MessageType<BlackDeletedTips> = message(
  "openim.sdkws.BlackDeletedTips",
);

export interface FriendInfoChangedTips {
  fromToUserID: FromToUserID | null;
  friendVersion: number;
  friendVersionID: string;
  friendSortVersion: number;
}
export const FriendInfoChangedTips: MessageType<FriendInfoChangedTips> =
  message("openim.sdkws.FriendInfoChangedTips");

export interface UserInfoUpdatedTips {
  userID: string;
}
export const UserInfoUpdatedTips: MessageType<UserInfoUpdatedTips> = message(
  "openim.sdkws.UserInfoUpdatedTips",
);

export interface UserStatusChangeTips {
  fromUserID: string;
  toUserID: string;
  status: number;
  platformID: number;
}
export const UserStatusChangeTips: MessageType<UserStatusChangeTips> = message(
  "openim.sdkws.UserStatusChangeTips",
);

export interface UserCommandAddTips {
  fromUserID: string;
  toUserID: string;
}
export const UserCommandAddTips: MessageType<UserCommandAddTips> = message(
  "openim.sdkws.UserCommandAddTips",
);

export interface UserCommandUpdateTips {
  fromUserID: string;
  toUserID: string;
}
export const UserCommandUpdateTips: MessageType<UserCommandUpdateTips> =
  message("openim.sdkws.UserCommandUpdateTips");

export interface UserCommandDeleteTips {
  fromUserID: string;
  toUserID: string;
}
export const UserCommandDeleteTips: MessageType<UserCommandDeleteTips> =
  message("openim.sdkws.UserCommandDeleteTips");

export interface ConversationUpdateTips {
  userID: string;
  conversationIDList: string[];
}
export const ConversationUpdateTips: MessageType<ConversationUpdateTips> =
  message("openim.sdkws.ConversationUpdateTips");

export interface ConversationSetPrivateTips {
  recvID: string;
  sendID: string;
  isPrivate: boolean;
  conversationID: string;
}
export const ConversationSetPrivateTips: MessageType<ConversationSetPrivateTips> =
  message("openim.sdkws.ConversationSetPrivateTips");

export interface ConversationHasReadTips {
  userID: string;
  conversationID: string;
  hasReadSeq: number;
  unreadCountTime: number;
}
export const ConversationHasReadTips: MessageType<ConversationHasReadTips> =
  message("openim.sdkws.ConversationHasReadTips");

export interface NotificationElem {
  detail: string;
}
export const NotificationElem: MessageType<NotificationElem> = message(
  "openim.sdkws.NotificationElem",
);

export interface Seqs {
  seqs: number[];
}
export const Seqs: MessageType<Seqs> = message("openim.sdkws.seqs");

export interface DeleteMessageTips {
  opUserID: string;
  userID: string;
  seqs: number[];
}
export const DeleteMessageTips: MessageType<DeleteMessageTips> = message(
  "openim.sdkws.DeleteMessageTips",
);

export interface RevokeMsgTips {
  revokerUserID: string;
  clientMsgID: string;
  revokeTime: number;
  sesstionType: number;
  seq: number;
  conversationID: string;
  isAdminRevoke: boolean;
}
export const RevokeMsgTips: MessageType<RevokeMsgTips> = message(
  "openim.sdkws.RevokeMsgTips",
);

export interface MessageRevokedContent {
  revokerID: string;
  revokerRole: number;
  clientMsgID: string;
  revokerNickname: string;
  revokeTime: number;
  sourceMessageSendTime: number;
  sourceMessageSendID: string;
  sourceMessageSenderNickname: string;
  sessionType: number;
  seq: number;
  ex: string;
}
export const MessageRevokedContent: MessageType<MessageRevokedContent> =
  message("openim.sdkws.MessageRevokedContent");

export interface ClearConversationTips {
  userID: string;
  conversationIDs: string[];
}
export const ClearConversationTips: MessageType<ClearConversationTips> =
  message("openim.sdkws.ClearConversationTips");

export interface DeleteMsgsTips {
  userID: string;
  conversationID: string;
  seqs: number[];
}
export const DeleteMsgsTips: MessageType<DeleteMsgsTips> = message(
  "openim.sdkws.DeleteMsgsTips",
);

export interface MarkAsReadTips {
  markAsReadUserID: string;
  conversationID: string;
  seqs: number[];
  hasReadSeq: number;
}
export const MarkAsReadTips: MessageType<MarkAsReadTips> = message(
  "openim.sdkws.MarkAsReadTips",
);

export interface SetAppBackgroundStatusReq {
  userID: string;
  isBackground: boolean;
}
export const SetAppBackgroundStatusReq: MessageType<SetAppBackgroundStatusReq> =
  message("openim.sdkws.SetAppBackgroundStatusReq");

export type SetAppBackgroundStatusResp = Record<string, never>;
export const SetAppBackgroundStatusResp: MessageType<SetAppBackgroundStatusResp> =
  message("openim.sdkws.SetAppBackgroundStatusResp");

export interface ProcessUserCommand {
  userID: string;
  type: number;
  createTime: number;
  uuid: string;
  value: string;
}
export const ProcessUserCommand: MessageType<ProcessUserCommand> = message(
  "openim.sdkws.ProcessUserCommand",
);

export interface RequestPagination {
  /** 1-based */
  pageNumber: number;
  /** page size; <= 0 yields an empty page; no upper limit is enforced */
  showNumber: number;
}
export const RequestPagination: MessageType<RequestPagination> = message(
  "openim.sdkws.RequestPagination",
);

export interface FriendsInfoUpdateTips {
  fromToUserID: FromToUserID | null;
  friendIDs: string[];
  friendVersion: number;
  friendVersionID: string;
}
export const FriendsInfoUpdateTips: MessageType<FriendsInfoUpdateTips> =
  message("openim.sdkws.FriendsInfoUpdateTips");

export interface SubUserOnlineStatusElem {
  userID: string;
  onlinePlatformIDs: number[];
}
export const SubUserOnlineStatusElem: MessageType<SubUserOnlineStatusElem> =
  message("openim.sdkws.SubUserOnlineStatusElem");

export interface SubUserOnlineStatusTips {
  subscribers: SubUserOnlineStatusElem[];
}
export const SubUserOnlineStatusTips: MessageType<SubUserOnlineStatusTips> =
  message("openim.sdkws.SubUserOnlineStatusTips");

export interface SubUserOnlineStatus {
  subscribeUserID: string[];
  unsubscribeUserID: string[];
}
export const SubUserOnlineStatus: MessageType<SubUserOnlineStatus> = message(
  "openim.sdkws.SubUserOnlineStatus",
);

export interface StreamMsgTips {
  conversationID: string;
  clientMsgID: string;
  startIndex: number;
  packets: string[];
  end: boolean;
}
export const StreamMsgTips: MessageType<StreamMsgTips> = message(
  "openim.sdkws.StreamMsgTips",
);

export interface ConversationDeleteTips {
  userID: string;
  conversationIDs: string[];
}
export const ConversationDeleteTips: MessageType<ConversationDeleteTips> =
  message("openim.sdkws.ConversationDeleteTips");
