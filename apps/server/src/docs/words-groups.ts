import type { Line } from "./words-line.ts";

const sync =
  "Give versionID and version of the answer before; without them, or too far behind, `full` says to fetch the whole list.";
const listRules =
  "For a group's managers: requests that reached the groups they manage.";

export const words: Readonly<Record<string, Line>> = {
  "/group/create_group": [
    "self",
    "Create a group",
    [1002, 1101, 1202],
    "With its owner, admins and first members, each named once. groupInfo.groupType is 2.",
  ],
  "/group/dismiss_group": [
    "owner",
    "Dismiss a group",
    [1002, 1004, 1204],
    "Nobody can write any more; with deleteMember its members go, too.",
  ],
  "/group/transfer_group": [
    "owner",
    "Make another member the owner",
    [1002, 1004, 1204],
  ],
  "/group/set_group_info": [
    "manager",
    "Change a group",
    [1002, 1004, 1204],
    "Empty values change nothing. Newer clients use set_group_info_ex.",
  ],
  "/group/set_group_info_ex": [
    "manager",
    "Change a group, field by field",
    [1002, 1004, 1204],
    'What is null stays as it is; "" empties a field.',
  ],
  "/group/get_groups_info": [
    "user",
    "Get groups by id",
    [],
    "Ids of no group are left out; dismissed groups are there.",
  ],
  "/group/get_groups": [
    "user",
    "List or search groups",
    [],
    "By the whole id, or by a part of the name, the newest first.",
  ],
  "/group/get_group_abstract_info": [
    "member",
    "Get groups' sizes and the hashes of their members",
    [1002, 1201],
  ],
  "/group/join_group": [
    "self",
    "Join a group, or apply to",
    [1002, 1004, 1204],
    "Where the group needs consent, its managers get an application.",
  ],
  "/group/quit_group": [
    "self",
    "Leave a group",
    [1002, 1004],
    "The owner cannot: hand the group over first.",
  ],
  "/group/invite_user_to_group": [
    "member",
    "Invite users into a group",
    [1002, 1004, 1204],
    "Where the group needs consent, its managers get applications.",
  ],
  "/group/kick_group": [
    "manager",
    "Remove members from a group",
    [1002, 1004, 1101],
  ],
  "/group/group_application_response": [
    "manager",
    "Accept or refuse an application to join",
    [1002, 1004, 1206],
  ],
  "/group/get_recv_group_applicationList": [
    "self",
    "List applications to join one's groups",
    [1002, 1201],
    listRules,
  ],
  "/group/get_user_req_group_applicationList": [
    "self",
    "List one's own applications to join",
    [1002, 1004],
  ],
  "/group/get_group_users_req_application_list": [
    "manager",
    "Get applications of certain users to one group",
    [1002, 1201],
  ],
  "/group/get_specified_user_group_request_info": [
    "concerned",
    "Get one user's application to a group",
    [1002],
  ],
  "/group/get_group_application_unhandled_count": [
    "self",
    "Count applications to join not answered yet",
    [1002],
  ],
  "/group/get_group_member_list": [
    "member",
    "List or search members, page by page",
    [1002],
    "By rank, then in the order of joining; the keyword is a part of the nickname.",
  ],
  "/group/get_group_members_info": [
    "member",
    "Get members by id",
    [1002],
    "Those who are no members are left out.",
  ],
  "/group/get_group_member_user_id": [
    "member",
    "List the ids of all members",
    [1002],
  ],
  "/group/set_group_member_info": [
    "concerned",
    "Change members",
    [1002],
    "Nicknames, pictures and ranks within a group. What is null stays as it is.",
  ],
  "/group/mute_group_member": [
    "manager",
    "Silence a member for some time",
    [1002, 1004],
  ],
  "/group/cancel_mute_group_member": [
    "manager",
    "Let a silenced member speak",
    [1002, 1004],
  ],
  "/group/mute_group": [
    "manager",
    "Silence a group",
    [1002, 1004],
    "Only its owner and admins can write.",
  ],
  "/group/cancel_mute_group": [
    "manager",
    "Let a silenced group speak",
    [1002, 1004, 1204],
  ],
  "/group/get_joined_group_list": [
    "self",
    "List the groups a user is in",
    [1002],
    "By name.",
  ],
  "/group/get_full_join_group_ids": [
    "self",
    "Get the ids of all groups a user is in, if they differ",
    [1002],
  ],
  "/group/get_incremental_join_groups": [
    "self",
    "Catch up with changes among one's groups",
    [1002],
    sync,
  ],
  "/group/get_incremental_group_members": [
    "member",
    "Catch up with changes among a group's members",
    [1002, 1004, 1204],
    sync,
  ],
  "/group/get_incremental_group_members_batch": [
    "member",
    "Catch up with members of several groups",
    [1002, 1004],
    `${sync} Dismissed groups are left out.`,
  ],
  "/group/get_full_group_member_user_ids": [
    "member",
    "Get the ids of all members, if they differ",
    [1002],
  ],
};
