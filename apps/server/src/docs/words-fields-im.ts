import { fields as groups } from "./words-fields-groups.ts";
import { fields as messages } from "./words-fields-messages.ts";
import { fields as others } from "./words-fields-others.ts";
import { fields as people } from "./words-fields-people.ts";

/** Descriptions of fields that mean the same in every message. */
export const imFields: Readonly<Record<string, string>> = {
  // People.
  userID: "Id of a user.",
  userIDs: "Ids of users.",
  userIDList: "Ids of users; each once.",
  ownerUserID: "Id of the owner of the list.",
  fromUserID: "Id of the sender.",
  toUserID: "Id of the receiver.",
  friendUserID: "Id of the friend.",
  friendUserIDs: "Ids of the friends; at most 1,000, each once.",
  blackUserID: "Id of the user who is blocked.",
  operatorUserID: "Id of the user who did it.",
  nickname: "The name that others see.",
  nickName: "The name that others see.",
  faceURL: "Address of the picture; empty: none.",
  ex: "Free text of the application, which the server does not read.",
  createTime: "Time of creation.",
  appMangerLevel:
    "0 and 1 ordinary, 2 administrator, 3 notification account, 4 robot.",
  globalRecvMsgOpt:
    "How all messages to the user are received: 0 normally, 1 refused (the sender gets 1001), 2 without push.",
  users: "The users.",
  user: "The user; null: deleted.",
  userInfo: "The user; null: deleted.",
  usersInfo: "The users that exist, in the order of the request.",
  token: "A token, without any prefix.",

  // Lists.
  pagination: "The page to return.",
  pageNumber: "Page number, from 1.",
  showNumber: "Entries on a page; 0: only the total.",
  total: "The total on all pages.",
  count: "The number of entries.",
  keyword: "A part of the text that is searched, in any case; empty: all.",
  versionID: "Id of the version log, from the previous answer; empty at first.",
  version: "The client's version, from the previous answer; 0 at first.",
  full: "true: the changes are no longer kept; fetch the whole list.",
  equal: "true: the client's list is up to date, and is omitted.",
  idHash:
    "First 8 bytes of the MD5 of the client's ids as a JSON list; 0 at first.",
  insert: "Complete entries added since that version.",
  update: "Complete entries changed since that version.",
  delete: "Ids of the entries removed since that version.",
  sortVersion: "Above 0: the order changed, sort the list again.",

  // Friends.
  remark: "The owner's own name for the friend; empty: none.",
  addSource: "1 imported, 2 by a request.",
  reqMsg: "Text sent with the request.",
  handleMsg: "Text sent with the answer.",
  handledMsg: "Text to send with the answer.",
  handleResult: "0 open, 1 accepted, -1 refused.",
  handleResults: "Filter: 0 open, 1 accepted, -1 refused; empty: all.",
  handlerUserID: "Id of the user who answered; empty: not answered yet.",
  handleUserID: "Id of the user who answered; empty: not answered yet.",
  handleTime: "When it was answered; 0: not yet.",
  friendsInfo: "The friends.",
  friendIDs: "Ids of all friends.",
  friendRequests: "The requests, the newest first.",
  FriendRequests: "The requests, the newest first.",
  blacks: "The blocked users.",
  friendInfo: "The friendship; null: none.",
  blackInfo: "The block; null: none.",
  infos: "One for each user that exists, in the order of the request.",

  // Groups.
  groupID: "Id of a group.",
  groupIDs: "Ids of groups.",
  group: "The group.",
  groups: "The groups.",
  groupInfo: "The group.",
  groupInfos: "The groups that exist.",
  groupName: "Name of the group.",
  groupFaceURL: "Address of the group's picture; empty: none.",
  groupType: "Always 2.",
  groupMemberCount: "Number of members.",
  groupRequests: "The requests to join, the newest first.",
  notification: "The announcement.",
  introduction: "The group's description.",
  members: "The members.",
  memberCount: "Number of members.",
  creatorUserID: "Id of the user who made it.",
  notificationUpdateTime: "When the announcement was set; 0: never.",
  notificationUserID: "Id of the user who set the announcement.",
  lookMemberInfo:
    "For clients: 0 members may view each other's profiles, 1 they may not.",
  applyMemberFriend:
    "For clients: 0 members may send each other friend requests, 1 they may not.",
  needVerification:
    "Who needs the approval of the owner or an admin: 0 applicants, 1 also users invited by ordinary members, 2 nobody.",
  roleLevel: "100 owner, 60 admin, 20 member.",
  joinSource: "1 by an administrator, 2 invited, 3 by search, 4 by QR code.",
  inviterUserID: "Id of the inviting user; empty: not invited.",
  joinTime: "When they joined.",
  reqTime: "When they asked.",
  muteEndTime: "Muted until this time; 0, or in the past: not muted.",
  mutedSeconds: "Duration of the mute in seconds.",
  reason: "The reason, which is sent to webhooks.",
  sendMessage:
    "Whether the notice is also shown in the chat; null: as in the settings.",

  // Conversations and messages.
  conversationID:
    "si_<a>_<b> of two users (ids sorted), sg_<group>, sn_<account>_<user>, or n_… for notices.",
  conversationIDs: "Ids of conversations.",
  conversation: "The conversation.",
  conversations: "The conversations.",
  conversationType: "1 direct chat, 3 group, 4 notification account.",
  sessionType: "1 direct chat, 3 group, 4 notification account.",
  recvMsgOpt:
    "What becomes of its messages: 0 received, 1 refused, 2 received without push.",
  isPinned: "Whether it stands at the top.",
  IsPinned: "Whether it stands at the top.",
  isPrivateChat: "Whether messages are to be gone once they were read.",
  burnDuration: "Seconds until a private message is gone once it was read.",
  isMsgDestruct: "Whether old messages are removed for the owner.",
  msgDestructTime:
    "Seconds after which old messages are removed for the owner, where isMsgDestruct is set.",
  latestMsgDestructTime:
    "When the job that removes them last did; -62135596800000: never.",
  groupAtType:
    "Who was named since it was read: 0 nobody, 1 the owner of the list, 2 all, 3 both, 4 an announcement.",
  attachedInfo: "JSON of clients, which the server does not read.",
  unreadCount: "How many messages are unread.",
  platformID:
    "1 iOS, 2 Android, 3 Windows, 4 macOS, 5 web, 6 mini program, 7 Linux, 8 Android tablet, 9 iPad, 10 administrator, 11 HarmonyOS.",
  platformIDs: "Where the user is online; see platformID. null: nowhere.",
  senderPlatformID: "Platform of the sender; see platformID.",
  sendID: "Id of the user who sent it.",
  recvID: "Id of the receiver; empty in groups.",
  senderNickname: "The sender's name as receivers see it; taken as sent.",
  senderFaceURL: "Address of the sender's picture; taken as sent.",
  msgFrom: "100 from a user, 200 from the system.",
  contentType:
    "Type of the content: 101 text, 102 picture, 110 custom, … See docs/messages.md.",
  content: "JSON; its members depend on contentType.",
  clientMsgID:
    "Id chosen by the sender (idempotency key): a message with a known id is not sent again.",
  serverMsgID: "Id assigned by the server.",
  seq: "Sequence number in the conversation, from 1 without gaps; 0: not stored.",
  seqs: "Sequence numbers in the conversation.",
  minSeq: "The first seq that may be read; 0: from the beginning.",
  maxSeq: "The newest seq; 0: there is no message.",
  maxSeqs:
    "By conversationID: the newest seq. Conversations without a message are omitted.",
  minSeqs: "Always empty.",
  readSeq: "The newest seq that was read.",
  hasReadSeq: "The newest seq that was read; 0: none.",
  maxSeqTime: "Time of the newest message; 0: none.",
  sendTime: "Time of sending; 0 in a request: now.",
  isOnlineOnly: "Not stored: only online receivers get it.",
  notOfflinePush: "Offline receivers get no push.",
  offlinePushInfo: "Text of the offline push; null: the default.",
  modify: "Fields that a webhook changed; absent: none.",
  deleteSyncOpt: "Who else is affected; null: nobody.",
  isRead: "Whether the receiver read it; in direct chats only.",
  options:
    "Switches by name; absent ones are on. history: it is stored; unreadCount: it counts as unread; senderSync: the sender's own devices get it; offlinePush; conversationUpdate; … See docs/messages.md.",
  atUserIDList: "Ids of the mentioned users; AtAllTag: everybody.",

  // Files.
  name: "Name of the object: `<userID>/…`; only that user and administrators may write it.",
  size: "In bytes.",
  url: "Address.",
  urlPrefix: "Ignored.",
  cause:
    "Type of the object, which determines how long it is kept: msg-picture, msg-file, msg-voice, msg-video, msg-video-snapshot, sdklog, … Empty: forever.",
  uploadID: "Id of the upload, from initiate_multipart_upload.",
  hash: "MD5, as hex digits, of the parts' MD5s in order, joined with commas.",
  partSize: "Bytes of each part but the last.",
  parts: "The parts.",
  partNumber: "Number of the part, from 1.",
  partNumbers: "Numbers of parts, from 1.",
  header: "Headers to send with the request; null: none.",
  query: "Query parameters of the address; null: none.",
  expireTime: "Expiry time.",
  key: "A name.",
  value: "The value of that name.",
  values: "All values of the name.",

  // Operators.
  start: "Start time (inclusive), in milliseconds.",
  end: "End time (exclusive), in milliseconds.",
  startTime: "Start time (inclusive), in milliseconds; 0: any.",
  endTime: "End time, in milliseconds; 0: any.",
  before: "The number before `start`.",
  ase: "Sort ascending instead of descending.",
  msgCount: "Number of messages sent.",
  dateCount: "Number of messages by UTC day, like 2026-01-31.",
  time: "In milliseconds.",
  configName: "Name of a file from get_config_list.",
  configNames: "Names of the files that get_config answers.",
  environment: "Always source.",
  enable: "Whether settings made over REST are in effect.",
  configs: "By name: a text of the application.",
  platform: "The platform's number, see platformID; in answers its name.",
};

/** Descriptions of fields that mean something special in one message. */
export const imFieldsOf: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  ...people,
  ...groups,
  ...messages,
  ...others,
};
