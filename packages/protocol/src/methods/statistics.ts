import {
  GroupCreateCountReq,
  GroupCreateCountResp,
} from "../generated/group.ts";
import {
  GetActiveGroupReq,
  GetActiveGroupResp,
  GetActiveUserReq,
  GetActiveUserResp,
} from "../generated/msg.ts";
import {
  UserRegisterCountReq,
  UserRegisterCountResp,
} from "../generated/user.ts";
import { administrator, method } from "../method.ts";

export const CountRegisteredUsers = method(
  "/statistics/user/register",
  UserRegisterCountReq,
  UserRegisterCountResp,
  {
    access: administrator,
    kind: "read",
    required: ["start", "end"],
    words: ["Count registered users, day by day"],
    codes: [1002],
  },
);

export const CountCreatedGroups = method(
  "/statistics/group/create",
  GroupCreateCountReq,
  GroupCreateCountResp,
  {
    access: administrator,
    kind: "read",
    required: ["start", "end"],
    words: ["Count created groups, day by day"],
    codes: [1002],
  },
);

export const ListActiveUsers = method(
  "/statistics/user/active",
  GetActiveUserReq,
  GetActiveUserResp,
  {
    access: administrator,
    kind: "read",
    words: ["List the users who wrote most"],
    codes: [1002],
  },
);

export const ListActiveGroups = method(
  "/statistics/group/active",
  GetActiveGroupReq,
  GetActiveGroupResp,
  {
    access: administrator,
    kind: "read",
    words: ["List the groups with most messages"],
    codes: [1002],
  },
);
