import type { Example } from "./examples.ts";

const firstPage = { pageNumber: 1, showNumber: 20 };
const year = { start: 1_767_225_600_000, end: 1_830_297_600_000 };
const nothingYet = { versionID: "", version: 0 };
const annAndBob = "si_ann_bob";
const tea = "sg_tea";

/** Tells of Ann, Bob, Cleo and Dora, who do all that there is. */
export const imExamples: readonly Example[] = [
  {
    path: "/auth/get_admin_token",
    body: { userID: "imAdmin", secret: "openIM123" },
  },
  {
    path: "/user/user_register",
    body: {
      users: [
        { userID: "ann", nickname: "Ann", faceURL: "https://x.org/ann.png" },
        { userID: "bob", nickname: "Bob", faceURL: "" },
        { userID: "cleo", nickname: "Cleo", faceURL: "" },
        { userID: "dora", nickname: "Dora", faceURL: "" },
      ],
    },
  },
  { path: "/auth/get_user_token", body: { userID: "ann", platformID: 5 } },
  {
    path: "/auth/parse_token",
    body: { token: "{{/auth/get_user_token token}}" },
  },

  // Users.
  {
    path: "/user/update_user_info",
    body: { userInfo: { userID: "bob", nickname: "Bobby", ex: "likes tea" } },
  },
  {
    path: "/user/update_user_info_ex",
    body: { userInfo: { userID: "ann", nickname: "Ann Lee" } },
  },
  {
    path: "/user/set_global_msg_recv_opt",
    body: { userID: "bob", globalRecvMsgOpt: 0 },
  },
  { path: "/user/get_users_info", body: { userIDs: ["ann", "bob"] } },
  { path: "/user/get_all_users_uid", body: { pagination: firstPage } },
  { path: "/user/account_check", body: { checkUserIDs: ["ann", "nobody"] } },
  { path: "/user/get_users", body: { pagination: firstPage, nickName: "bob" } },
  { path: "/user/get_users_online_status", body: { userIDs: ["ann", "bob"] } },
  { path: "/user/get_users_online_token_detail", body: { userIDs: ["ann"] } },
  {
    path: "/user/get_users_status",
    body: { userID: "ann", userIDs: ["bob"] },
  },
  {
    path: "/user/subscribe_users_status",
    body: { userID: "ann", userIDs: ["bob"], genre: 1 },
  },
  { path: "/user/get_subscribe_users_status", body: { userID: "ann" } },
  {
    path: "/user/process_user_command_add",
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy tea" },
  },
  {
    path: "/user/process_user_command_update",
    body: { userID: "ann", type: 1, uuid: "note-1", value: "Buy more tea" },
  },
  {
    path: "/user/process_user_command_get",
    body: { userID: "ann", type: 1 },
  },
  { path: "/user/process_user_command_get_all", body: { userID: "ann" } },
  {
    path: "/user/process_user_command_delete",
    body: { userID: "ann", type: 1, uuid: "note-1" },
  },
  {
    path: "/user/add_notification_account",
    body: { userID: "news", nickName: "News", faceURL: "", appMangerLevel: 3 },
  },
  {
    path: "/user/update_notification_account",
    body: { userID: "news", nickName: "The news", faceURL: "" },
  },
  {
    path: "/user/search_notification_account",
    body: { keyword: "news", pagination: firstPage },
  },
  {
    path: "/user/set_user_client_config",
    body: { userID: "ann", configs: { theme: "dark", language: "en" } },
  },
  { path: "/user/get_user_client_config", body: { userID: "ann" } },
  {
    path: "/user/page_user_client_config",
    body: { userID: "ann", key: "", pagination: firstPage },
  },
  {
    path: "/user/del_user_client_config",
    body: { userID: "ann", keys: ["language"] },
  },

  // Friends.
  {
    path: "/friend/add_friend",
    body: { fromUserID: "ann", toUserID: "bob", reqMsg: "Shall we?", ex: "" },
  },
  {
    path: "/friend/get_self_unhandled_apply_count",
    body: { userID: "bob", time: 0 },
  },
  {
    path: "/friend/get_friend_apply_list",
    body: { userID: "bob", pagination: firstPage, handleResults: [0] },
  },
  {
    path: "/friend/get_self_friend_apply_list",
    body: { userID: "ann", pagination: firstPage, handleResults: [] },
  },
  {
    path: "/friend/get_designated_friend_apply",
    body: { fromUserID: "ann", toUserID: "bob" },
  },
  {
    path: "/friend/add_friend_response",
    body: {
      fromUserID: "ann",
      toUserID: "bob",
      handleResult: 1,
      handleMsg: "Gladly",
    },
  },
  {
    path: "/friend/import_friend",
    body: { ownerUserID: "ann", friendUserIDs: ["cleo"] },
  },
  {
    path: "/friend/get_friend_list",
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: "/friend/get_designated_friends",
    body: { ownerUserID: "ann", friendUserIDs: ["bob"] },
  },
  { path: "/friend/get_friend_id", body: { userID: "ann" } },
  {
    path: "/friend/get_specified_friends_info",
    body: { ownerUserID: "ann", userIDList: ["bob"] },
  },
  { path: "/friend/is_friend", body: { userID1: "ann", userID2: "bob" } },
  {
    path: "/friend/set_friend_remark",
    body: { ownerUserID: "ann", friendUserID: "bob", remark: "My brother" },
  },
  {
    path: "/friend/update_friends",
    body: { ownerUserID: "ann", friendUserIDs: ["bob"], isPinned: true },
  },
  {
    path: "/friend/get_incremental_friends",
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: "/friend/get_full_friend_user_ids",
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: "/friend/delete_friend",
    body: { ownerUserID: "ann", friendUserID: "cleo" },
  },
  {
    path: "/friend/add_black",
    body: { ownerUserID: "ann", blackUserID: "dora", ex: "" },
  },
  {
    path: "/friend/get_black_list",
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: "/friend/get_specified_blacks",
    body: { ownerUserID: "ann", userIDList: ["dora"] },
  },
  {
    path: "/friend/get_incremental_blacks",
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: "/friend/remove_black",
    body: { ownerUserID: "ann", blackUserID: "dora" },
  },

  // Groups.
  {
    path: "/group/create_group",
    body: {
      ownerUserID: "ann",
      adminUserIDs: [],
      memberUserIDs: ["bob"],
      groupInfo: {
        groupID: "tea",
        groupName: "Tea at four",
        groupType: 2,
        introduction: "Every day but Sunday",
        faceURL: "",
        needVerification: 0,
      },
    },
  },
  {
    path: "/group/join_group",
    body: {
      groupID: "tea",
      inviterUserID: "cleo",
      joinSource: 3,
      reqMessage: "I bring cake",
    },
  },
  {
    path: "/group/get_group_application_unhandled_count",
    body: { userID: "ann", time: 0 },
  },
  {
    path: "/group/get_recv_group_applicationList",
    body: { fromUserID: "ann", pagination: firstPage, handleResults: [0] },
  },
  {
    path: "/group/get_user_req_group_applicationList",
    body: { userID: "cleo", pagination: firstPage },
  },
  {
    path: "/group/get_group_users_req_application_list",
    body: { groupID: "tea", userIDs: ["cleo"] },
  },
  {
    path: "/group/get_specified_user_group_request_info",
    body: { groupID: "tea", userID: "cleo" },
  },
  {
    path: "/group/group_application_response",
    body: {
      groupID: "tea",
      fromUserID: "cleo",
      handleResult: 1,
      handledMsg: "Welcome",
    },
  },
  {
    path: "/group/invite_user_to_group",
    body: { groupID: "tea", invitedUserIDs: ["dora"], reason: "More cake" },
  },
  {
    path: "/group/set_group_info",
    body: {
      groupInfoForSet: { groupID: "tea", notification: "Closed on Sundays" },
    },
  },
  {
    path: "/group/set_group_info_ex",
    body: { groupID: "tea", groupName: "Tea at five", lookMemberInfo: 0 },
  },
  {
    path: "/group/set_group_member_info",
    body: {
      members: [
        { groupID: "tea", userID: "bob", nickname: "Baker", roleLevel: 60 },
      ],
    },
  },
  {
    path: "/group/mute_group_member",
    body: { groupID: "tea", userID: "dora", mutedSeconds: 3_600 },
  },
  {
    path: "/group/cancel_mute_group_member",
    body: { groupID: "tea", userID: "dora" },
  },
  { path: "/group/mute_group", body: { groupID: "tea" } },
  { path: "/group/cancel_mute_group", body: { groupID: "tea" } },
  { path: "/group/get_groups_info", body: { groupIDs: ["tea"] } },
  {
    path: "/group/get_joined_group_list",
    body: { fromUserID: "ann", pagination: firstPage },
  },
  {
    path: "/group/get_groups",
    body: { groupName: "tea", groupID: "", pagination: firstPage },
  },
  { path: "/group/get_group_abstract_info", body: { groupIDs: ["tea"] } },
  {
    path: "/group/get_group_members_info",
    body: { groupID: "tea", userIDs: ["ann", "bob"] },
  },
  {
    path: "/group/get_group_member_list",
    body: { groupID: "tea", filter: 0, keyword: "", pagination: firstPage },
  },
  { path: "/group/get_group_member_user_id", body: { groupID: "tea" } },
  {
    path: "/group/get_incremental_join_groups",
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: "/group/get_full_join_group_ids",
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: "/group/get_incremental_group_members",
    body: { groupID: "tea", ...nothingYet },
  },
  {
    path: "/group/get_incremental_group_members_batch",
    body: { userID: "ann", reqList: [{ groupID: "tea", ...nothingYet }] },
  },
  {
    path: "/group/get_full_group_member_user_ids",
    body: { groupID: "tea", idHash: 0 },
  },
  {
    path: "/group/kick_group",
    body: { groupID: "tea", kickedUserIDs: ["dora"], reason: "No cake" },
  },
  { path: "/group/quit_group", body: { groupID: "tea", userID: "cleo" } },

  // Messages.
  {
    path: "/msg/send_msg",
    body: {
      sendID: "ann",
      recvID: "bob",
      senderNickname: "Ann Lee",
      senderPlatformID: 5,
      sessionType: 1,
      contentType: 101,
      content: { content: "Tea?" },
    },
  },
  { path: "/msg/check_msg_is_send_success", body: {} },
  {
    path: "/msg/send_simple_msg",
    // {"sendID":"ann","recvID":"bob","groupID":""}
    query: {
      key: "eyJzZW5kSUQiOiJhbm4iLCJyZWN2SUQiOiJib2IiLCJncm91cElEIjoiIn0=",
    },
    body: { sendID: "bob", content: "**Yes!**" },
  },
  {
    path: "/msg/batch_send_msg",
    body: {
      sendID: "ann",
      recvIDs: ["bob", "cleo"],
      isSendAll: false,
      senderPlatformID: 5,
      sessionType: 1,
      contentType: 101,
      content: { content: "See you at five" },
    },
  },
  {
    path: "/msg/send_business_notification",
    body: {
      key: "order",
      data: '{"id":7,"state":"paid"}',
      sendUserID: "ann",
      recvUserID: "bob",
      sendMsg: false,
      reliabilityLevel: 2,
    },
  },
  { path: "/msg/newest_seq", body: { userID: "bob" } },
  {
    path: "/msg/pull_msg_by_seq",
    body: {
      userID: "bob",
      order: 0,
      seqRanges: [{ conversationID: annAndBob, begin: 1, end: 20, num: 20 }],
    },
  },
  {
    path: "/msg/get_conversations_has_read_and_max_seq",
    body: { userID: "bob", conversationIDs: [annAndBob] },
  },
  {
    path: "/msg/mark_msgs_as_read",
    body: { userID: "bob", conversationID: annAndBob, seqs: [1] },
  },
  {
    path: "/msg/mark_conversation_as_read",
    body: {
      userID: "bob",
      conversationID: annAndBob,
      hasReadSeq: 3,
      seqs: [3],
    },
  },
  {
    path: "/msg/set_conversation_has_read_seq",
    body: { userID: "bob", conversationID: annAndBob, hasReadSeq: 3 },
  },
  {
    path: "/msg/search_msg",
    body: { sendID: "ann", recvID: "bob", pagination: firstPage },
  },
  { path: "/msg/get_server_time", body: {} },
  {
    path: "/msg/revoke_msg",
    body: { userID: "ann", conversationID: annAndBob, seq: 1 },
  },

  // Conversations.
  {
    path: "/conversation/set_conversations",
    body: {
      userIDs: ["ann"],
      conversation: {
        conversationID: annAndBob,
        conversationType: 1,
        userID: "bob",
        isPinned: true,
      },
    },
  },
  { path: "/conversation/get_all_conversations", body: { ownerUserID: "ann" } },
  {
    path: "/conversation/get_conversation",
    body: { ownerUserID: "ann", conversationID: annAndBob },
  },
  {
    path: "/conversation/get_conversations",
    body: { ownerUserID: "ann", conversationIDs: [annAndBob, tea] },
  },
  {
    path: "/conversation/get_sorted_conversation_list",
    body: { userID: "ann", conversationIDs: [], pagination: firstPage },
  },
  {
    path: "/conversation/get_owner_conversation",
    body: { userID: "ann", pagination: firstPage },
  },
  {
    path: "/conversation/get_full_conversation_ids",
    body: { userID: "ann", idHash: 0 },
  },
  {
    path: "/conversation/get_incremental_conversations",
    body: { userID: "ann", ...nothingYet },
  },
  {
    path: "/conversation/get_not_notify_conversation_ids",
    body: { userID: "ann" },
  },
  {
    path: "/conversation/get_pinned_conversation_ids",
    body: { userID: "ann" },
  },
  {
    path: "/conversation/update_conversations_by_user",
    body: { userID: "ann", ex: "folder:home" },
  },
  {
    path: "/jssdk/get_conversations",
    body: { ownerUserID: "ann", conversationIDs: [annAndBob] },
  },
  {
    path: "/jssdk/get_active_conversations",
    body: { ownerUserID: "ann", count: 20 },
  },
  {
    path: "/conversation/delete_conversations",
    body: { ownerUserID: "bob", conversationIDs: ["n_ann_bob"] },
  },
  {
    path: "/msg/delete_msgs",
    body: {
      userID: "bob",
      conversationID: annAndBob,
      seqs: [2],
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: "/msg/clear_conversation_msg",
    body: {
      userID: "bob",
      conversationIDs: [annAndBob],
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: "/msg/user_clear_all_msg",
    body: {
      userID: "bob",
      deleteSyncOpt: { IsSyncSelf: true, IsSyncOther: false },
    },
  },
  {
    path: "/msg/delete_msg_phsical_by_seq",
    body: { conversationID: annAndBob, seqs: [2] },
  },
  {
    path: "/msg/delete_msg_physical",
    body: { conversationIDs: [annAndBob], timestamp: 31_536_000 },
  },

  // Files: one in two parts, of which all but the last have partSize, and a form.
  { path: "/object/part_limit", body: {} },
  { path: "/object/part_size", body: { size: 5_242_885 } },
  {
    path: "/object/initiate_multipart_upload",
    body: {
      // The MD5 of the MD5s of all parts, joined with commas.
      hash: "b949966abfaf7c17829898b339a642b7",
      size: 5_242_885,
      partSize: 5_242_880,
      maxParts: 1,
      cause: "msg-file",
      name: "ann/hello.txt",
      contentType: "text/plain",
    },
  },
  {
    path: "/object/auth_sign",
    body: {
      uploadID: "{{/object/initiate_multipart_upload upload.uploadID}}",
      partNumbers: [2],
    },
  },
  {
    path: "/object/complete_multipart_upload",
    uploads: [
      {
        text: "a",
        times: 5_242_880,
        part: {
          sign: "{{/object/initiate_multipart_upload upload.sign}}",
          number: 1,
        },
      },
      { text: "hello", part: { sign: "{{/object/auth_sign}}", number: 2 } },
    ],
    body: {
      uploadID: "{{/object/initiate_multipart_upload upload.uploadID}}",
      parts: [
        "79b281060d337b9b2b84ccf390adcf74",
        "5d41402abc4b2a76b9719d911017c592",
      ],
      name: "ann/hello.txt",
      contentType: "text/plain",
      cause: "msg-file",
    },
  },
  { path: "/object/access_url", body: { name: "ann/hello.txt" } },
  {
    path: "/object/initiate_form_data",
    body: {
      name: "ann/form.txt",
      size: 5,
      contentType: "text/plain",
      group: "msg-file",
      millisecond: 600_000,
    },
  },
  {
    path: "/object/complete_form_data",
    uploads: [
      {
        text: "hello",
        form: {
          url: "{{/object/initiate_form_data url}}",
          file: "{{/object/initiate_form_data file}}",
          fields: "{{/object/initiate_form_data formData}}",
        },
      },
    ],
    body: { id: "{{/object/initiate_form_data id}}" },
  },

  // Clients and pushes.
  {
    path: "/third/fcm_update_token",
    body: { platformID: 2, fcmToken: "token-of-a-phone", account: "ann" },
  },
  {
    path: "/third/set_app_badge",
    body: { userID: "ann", appUnreadCount: 3 },
  },
  {
    path: "/third/logs/upload",
    body: {
      platform: 5,
      appFramework: "web",
      version: "1.0.0",
      fileURLs: [
        { filename: "today.log", URL: "https://x.org/logs/today.log" },
      ],
    },
  },
  {
    path: "/third/logs/search",
    body: {
      keyword: "",
      startTime: year.start,
      endTime: year.end,
      pagination: firstPage,
    },
  },
  {
    path: "/third/logs/delete",
    body: { logIDs: ["{{/third/logs/search logsInfos.0.logID}}"] },
  },
  { path: "/push/get_web_push_key", body: {} },
  {
    path: "/push/explain_unsent",
    body: { serverMsgID: "{{/msg/send_msg serverMsgID}}", userID: "bob" },
  },

  // Numbers.
  { path: "/statistics/user/register", body: year },
  { path: "/statistics/group/create", body: year },
  { path: "/statistics/user/active", body: { ...year, pagination: firstPage } },
  {
    path: "/statistics/group/active",
    body: { ...year, pagination: firstPage },
  },

  // These routes end something.
  {
    path: "/group/transfer_group",
    body: {
      groupID: "tea",
      oldOwnerUserID: "ann",
      newOwnerUserID: "bob",
    },
  },
  { path: "/group/dismiss_group", body: { groupID: "tea" } },
  { path: "/auth/force_logout", body: { userID: "ann", platformID: 5 } },
  { path: "/auth/force_logout_all", body: { userID: "ann" } },
  {
    path: "/user/delete_user",
    body: { userID: "dora", deleteMessages: true },
  },
  { path: "/user/get_user_deletion", body: { userID: "dora" } },
  { path: "/config/get_config_list", body: {} },
  { path: "/config/get_config", body: { configName: "parley.yml" } },
  { path: "/config/get_enable_config_manager", body: {} },
  { path: "/config/set_enable_config_manager", body: { enable: false } },
  {
    path: "/config/set_config",
    body: { configName: "parley.yml", data: '{"friendVerify": true}' },
  },
  { path: "/config/reset_config", body: {} },
  { path: "/restart", body: {} },
];
