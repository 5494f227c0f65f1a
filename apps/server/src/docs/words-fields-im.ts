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
  ownerUserID: "Whose list it is.",
  fromUserID: "Id of the user from whom it comes.",
  toUserID: "Id of the user to whom it goes.",
  friendUserID: "Id of the friend.",
  friendUserIDs: "Ids of the friends; at most 1,000, each once.",
  blackUserID: "Id of the user who is blocked.",
  operatorUserID: "Id of the user who did it.",
  nickname: "The name that others see.",
  nickName: "The name that others see.",
  faceURL: "Address of the picture; empty: none.",
  ex: "Free text of the application, which the server does not read.",
  createTime: "When it was made.",
  appMangerLevel:
    "0 and 1 ordinary, 2 administrator, 3 notification account, 4 robot.",
  globalRecvMsgOpt:
    "What becomes of all messages to the user: 0 received, 1 refused (the sender is answered 1001), 2 received without push.",
  users: "The users.",
  user: "The user; null: gone.",
  userInfo: "The user; null: gone.",
  usersInfo: "Those that there are, in the order of the request.",
  token: "A token, without any prefix.",

  // Lists.
  pagination: "Which page.",
  pageNumber: "Which page, from 1.",
  showNumber: "Entries on a page; 0: none, only how many there are.",
  total: "How many there are on all pages.",
  count: "How many.",
  keyword: "A part of the text that is searched, in any case; empty: all.",
  versionID:
    "Which log the version counts in: from the answer before, empty for none.",
  version: "The version one has: from the answer before, 0 for none.",
  full: "Nothing was kept of the changes: fetch the whole list.",
  equal: "The list one has is the right one, and is left out.",
  idHash:
    "First 8 bytes of the MD5 of the ids one has, as a JSON list; 0 for none.",
  insert: "What is new since that version, whole.",
  update: "What changed since that version, whole.",
  delete: "Ids of what is gone since that version.",
  sortVersion: "Above 0 where the order changed: sort the list again. 0: no.",

  // Friends.
  remark: "The owner's own name for the friend; empty: none.",
  addSource: "1 imported, 2 by a request.",
  reqMsg: "What was written with the request.",
  handleMsg: "What was written with the answer.",
  handledMsg: "What is written with the answer.",
  handleResult: "0 open, 1 accepted, -1 refused.",
  handleResults: "Only those: 0 open, 1 accepted, -1 refused; empty: all.",
  handlerUserID: "Id of the user who answered; empty: nobody yet.",
  handleUserID: "Id of the user who answered; empty: nobody yet.",
  handleTime: "When it was answered; 0: not yet.",
  friendsInfo: "The friends.",
  friendIDs: "Ids of all friends.",
  friendRequests: "The requests, the newest first.",
  FriendRequests: "The requests, the newest first.",
  blacks: "Who is blocked.",
  friendInfo: "The friendship; null: none.",
  blackInfo: "The block; null: none.",
  infos: "One for each user that there is, in the order of the request.",

  // Groups.
  groupID: "Id of a group.",
  groupIDs: "Ids of groups.",
  group: "The group.",
  groups: "The groups.",
  groupInfo: "The group.",
  groupInfos: "Those that there are.",
  groupName: "Name of the group.",
  groupFaceURL: "Address of the group's picture; empty: none.",
  groupType: "2 is the only kind there is.",
  groupMemberCount: "How many members the group has.",
  groupRequests: "The requests to join, the newest first.",
  notification: "The announcement.",
  introduction: "What the group says of itself.",
  members: "The members.",
  memberCount: "How many members the group has.",
  creatorUserID: "Id of the user who made it.",
  notificationUpdateTime: "When the announcement was set; 0: never.",
  notificationUserID: "Id of the user who set the announcement.",
  lookMemberInfo:
    "For clients: 0 members may look at each other's profiles, 1 not.",
  applyMemberFriend:
    "For clients: 0 members may ask each other for friendship, 1 not.",
  needVerification:
    "Who waits for the consent of owner or admins: 0 who asks to join, 1 also who is invited by an ordinary member, 2 nobody.",
  roleLevel: "100 owner, 60 admin, 20 member.",
  joinSource: "1 by an administrator, 2 invited, 3 by search, 4 by QR code.",
  inviterUserID: "Id of the user who invited; empty: nobody did.",
  joinTime: "When they joined.",
  reqTime: "When they asked.",
  muteEndTime: "Silenced until then; 0, or in the past: not.",
  mutedSeconds: "For how many seconds from now.",
  reason: "Why; webhooks hear of it.",
  sendMessage:
    "Whether the notice stands in the chat, too; null: as the settings say.",

  // Conversations and messages.
  conversationID:
    "si_<a>_<b> of two users (their ids in order), sg_<group>, sn_<account>_<user>, or n_… of notices.",
  conversationIDs: "Ids of conversations.",
  conversation: "The conversation.",
  conversations: "The conversations.",
  conversationType: "1 two users, 3 group, 4 notification account.",
  sessionType: "1 two users, 3 group, 4 notification account.",
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
  senderPlatformID: "Where it is said to come from; see platformID.",
  sendID: "Id of the user who sent it.",
  recvID: "Id of the user who is to get it; empty in groups.",
  senderNickname: "The name that receivers see; it is not looked up.",
  senderFaceURL: "Address of the sender's picture; it is not looked up.",
  msgFrom: "100 from a user, 200 from the system.",
  contentType:
    "What the content is: 101 text, 102 picture, 110 custom, … See docs/messages.md.",
  content: "JSON, whose members depend on contentType.",
  clientMsgID: "The id that the sender gave it; known ones are not sent again.",
  serverMsgID: "The id that the server gave it.",
  seq: "Its place in the conversation, from 1 without gaps; 0: it is not stored.",
  seqs: "Places in the conversation.",
  minSeq: "The first seq that may be read; 0: from the beginning.",
  maxSeq: "The newest seq; 0: there is no message.",
  maxSeqs:
    "By conversationID: the newest seq. Those without a message are left out.",
  minSeqs: "Always empty.",
  readSeq: "Read up to this seq.",
  hasReadSeq: "Read up to this seq; 0: nothing.",
  maxSeqTime: "When the newest message was sent; 0: none.",
  sendTime: "When it was sent; 0 in a request: now.",
  isOnlineOnly: "Stored nowhere: only who is online gets it.",
  notOfflinePush: "Nobody who is offline gets a push.",
  offlinePushInfo: "What a push to who is offline says; null: the usual.",
  modify: "Fields that a webhook changed; absent: none.",
  deleteSyncOpt: "Who else is concerned; null: nobody.",
  isRead: "Whether its receiver read it; of messages between two users.",
  options:
    "By name: false turns something off, and what is absent is on. history: it is stored; unreadCount: it counts as unread; senderSync: the sender's own devices get it; offlinePush; conversationUpdate; … See docs/messages.md.",
  atUserIDList: "Ids of users who are named; AtAllTag: everybody.",

  // Files.
  name: "Name of the object: `<userID>/…`, which only that user and administrators may write.",
  size: "In bytes.",
  url: "Address.",
  urlPrefix: "Not looked at.",
  cause:
    "What it is kept as, which says how long: msg-picture, msg-file, msg-voice, msg-video, msg-video-snapshot, sdklog, … Empty: for good.",
  uploadID: "Id of the upload, from initiate_multipart_upload.",
  hash: "MD5, as hex digits, of the parts' MD5s in order, joined with commas.",
  partSize: "Bytes of each part but the last.",
  parts: "The parts.",
  partNumber: "Number of the part, from 1.",
  partNumbers: "Numbers of parts, from 1.",
  header: "Headers that belong to the request; null: none.",
  query: "Names and values that belong to the address; null: none.",
  expireTime: "Good until then.",
  key: "A name.",
  value: "What it stands for.",
  values: "All values of the name.",

  // Operators.
  start: "From then on, in milliseconds.",
  end: "Before that, in milliseconds.",
  startTime: "From then on, in milliseconds; 0: any time.",
  endTime: "Until then, in milliseconds; 0: any time.",
  before: "How many there were before `start`.",
  ase: "The fewest first, not the most.",
  msgCount: "How many messages were sent.",
  dateCount: "By UTC day, like 2026-01-31: how many messages.",
  time: "In milliseconds.",
  configName: "Name of a file, of those that get_config_list names.",
  configNames: "Names of the files that get_config answers.",
  environment: "Always source.",
  enable: "Whether what administrators set over REST counts.",
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
