import type { Line } from "./words-line.ts";

const refusals = [1002, 1004, 1101, 1203, 1204, 1302, 1303, 1402, 1403];
const sync =
  "Give versionID and version of the answer before; without them, or too far behind, `full` says to fetch the whole list.";
const syncOptions =
  "By itself only for this user; deleteSyncOpt.IsSyncSelf tells the user's other devices, IsSyncOther deletes for everybody.";

export const words: Readonly<Record<string, Line>> = {
  "/msg/send_msg": [
    "admin",
    "Send a message in a user's name",
    refusals,
    "To recvID (sessionType 1 or 4) or to groupID (sessionType 3). The answer comes when the message is durable.",
  ],
  "/msg/batch_send_msg": [
    "admin",
    "Send a message to many users",
    [1002, 1101],
    "To recvIDs, or with isSendAll to everybody; who could not get it is named.",
  ],
  "/msg/send_simple_msg": [
    "self",
    "Answer the message that a webhook told of",
    refusals,
    "As text, into the conversation that the webhook's key names.",
    { key: "From the webhook's request." },
  ],
  "/msg/send_business_notification": [
    "admin",
    "Send a notification of the application",
    refusals,
    "To one user or one group: a key and data that the application's clients understand.",
  ],
  "/msg/check_msg_is_send_success": [
    "user",
    "Ask whether an earlier request sent its message",
    [],
    "Give that request's operationID as the header. status 1 is yes.",
  ],
  "/msg/get_server_time": ["user", "Get the server's time", []],
  "/msg/newest_seq": [
    "self",
    "Get the newest seq of every conversation",
    [1002],
    "What a client compares with what it has.",
  ],
  "/msg/pull_msg_by_seq": [
    "self",
    "Fetch messages by seq",
    [1002],
    "Ranges of several conversations at once, chat and notifications apart.",
  ],
  "/msg/search_msg": [
    "admin",
    "Search everybody's messages",
    [1002],
    "By sender, receiver, type and day, the newest first.",
  ],
  "/msg/revoke_msg": [
    "self",
    "Revoke a message",
    [1002, 1004, 1404],
    "For everybody. The sender may, in groups also those of higher rank than the sender's.",
  ],
  "/msg/mark_msgs_as_read": [
    "self",
    "Mark single messages as read",
    [1002, 1004],
  ],
  "/msg/mark_conversation_as_read": [
    "self",
    "Mark a conversation as read up to a seq",
    [1002, 1004],
  ],
  "/msg/set_conversation_has_read_seq": [
    "self",
    "Set how far a conversation was read",
    [1002],
    "Only upwards, and nobody but the user's own devices is told.",
  ],
  "/msg/get_conversations_has_read_and_max_seq": [
    "self",
    "Get how far conversations go and were read",
    [1002],
    "Without ids for all of the user's conversations: what unread counts are made of.",
  ],
  "/msg/clear_conversation_msg": [
    "self",
    "Empty conversations",
    [1002],
    syncOptions,
  ],
  "/msg/user_clear_all_msg": [
    "self",
    "Empty all conversations of a user",
    [1002],
    syncOptions,
  ],
  "/msg/delete_msgs": ["self", "Delete messages", [1002, 1004], syncOptions],
  "/msg/delete_msg_phsical_by_seq": [
    "admin",
    "Take the content out of messages for everybody",
    [1002],
    "The seqs stay, as empty places. The path is spelled as OpenIM spells it.",
  ],
  "/msg/delete_msg_physical": [
    "admin",
    "Remove messages of conversations before a time",
    [1002],
  ],
  "/conversation/get_all_conversations": [
    "self",
    "Get all conversations of a user",
    [1002],
  ],
  "/conversation/get_conversation": [
    "self",
    "Get one conversation",
    [1002, 1004],
  ],
  "/conversation/get_conversations": [
    "self",
    "Get conversations by id",
    [1002],
    "Those that the user has not are left out.",
  ],
  "/conversation/get_owner_conversation": [
    "self",
    "List conversations, page by page",
    [1002],
    "In the order they began.",
  ],
  "/conversation/get_sorted_conversation_list": [
    "self",
    "List conversations with their newest message",
    [1002, 1004],
    "Pinned ones first, then by the newest message. With names and pictures and the number of unread messages.",
  ],
  "/conversation/set_conversations": [
    "self",
    "Change the settings of a conversation",
    [1002, 1004, 1204],
    "For one or more owners; what is null stays as it is. A conversation that is not there is made.",
  ],
  "/conversation/update_conversations_by_user": [
    "self",
    "Set the free text of conversations with a user",
    [1002],
    "In the lists of all who have one with this user.",
  ],
  "/conversation/delete_conversations": [
    "self",
    "Delete conversations from a user's list",
    [1002],
    "The messages stay, and a new one brings it back.",
  ],
  "/conversation/get_pinned_conversation_ids": [
    "self",
    "List the ids of pinned conversations",
    [1002],
  ],
  "/conversation/get_not_notify_conversation_ids": [
    "self",
    "List the ids of conversations without push",
    [1002],
  ],
  "/conversation/get_full_conversation_ids": [
    "self",
    "Get the ids of all conversations, if they differ",
    [1002],
  ],
  "/conversation/get_incremental_conversations": [
    "self",
    "Catch up with changes among conversations",
    [1002],
    sync,
  ],
  "/jssdk/get_conversations": [
    "user",
    "Get one's conversations with all that shows them",
    [],
    "With the newest message, the peer or group, and the unread count. Those of the caller, whoever is named.",
  ],
  "/jssdk/get_active_conversations": [
    "user",
    "Get one's most active conversations",
    [],
    "Pinned ones first, then by the newest message.",
  ],
};
