import { expect, test } from "bun:test";

import { kindOfFrame, kindOfRoute } from "./request-kind.ts";

test.each([
  "/group/get_full_group_member_user_ids",
  "/group/get_group_member_list",
  "/group/get_full_join_group_ids",
  "/group/get_incremental_join_groups",
  "/group/get_incremental_group_members",
  "/group/get_incremental_group_members_batch",
  "/group/get_recv_group_applicationList",
  "/group/get_user_req_group_applicationList",
  "/conversation/get_incremental_conversations",
  "/conversation/get_full_conversation_ids",
  "/conversation/get_owner_conversation",
  "/conversation/get_all_conversations",
  "/friend/get_incremental_friends",
  "/friend/get_full_friend_user_ids",
  "/friend/get_black_list",
  "/friend/get_friend_apply_list",
  "/friend/get_self_friend_apply_list",
  "/user/get_users_info",
  "/user/process_user_command_get_all",
  "/user/find/full",
  "/msg/get_conversations_has_read_and_max_seq",
  "/msg/pull_msg_by_seq",
  "/msg/newest_seq",
  "/jssdk/get_conversations",
  "/client_config/get",
])("what somebody syncs by who signed in is a read: %s", (path) => {
  expect(kindOfRoute(path)).toBe("read");
});

test.each([
  "/auth/get_user_token",
  "/auth/get_admin_token",
  "/account/login",
  "/account/register",
  "/msg/send_msg",
  "/msg/batch_send_msg",
  "/msg/mark_conversation_as_read",
  "/group/create_group",
  "/group/set_group_info",
  "/group/invite_user_to_group",
  "/friend/import_friend",
  "/friend/add_friend",
  "/conversation/set_conversations",
  "/user/user_register",
  "/user/update_user_info",
  "/object/initiate_multipart_upload",
  "/user/process_user_command_add",
  "/invitation_code/gen",
])("what is sent, made or changed is refused before that: %s", (path) => {
  expect(kindOfRoute(path)).toBe("change");
});

test("of frames only sending is a change", () => {
  expect(kindOfFrame(1003)).toBe("change");
  for (const read of [1001, 1002, 1005, 1006, 1007, 2003, 2004, 2005])
    expect(kindOfFrame(read)).toBe("read");
});
