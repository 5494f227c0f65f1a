import {
  DeleteUserReq,
  GetUserDeletionReq,
  UserDeletion,
} from "@parley/protocol/deletion";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { ForceLogoutAllReq } from "@parley/protocol/rest-types";
import {
  ForceLogoutReq,
  GetAdminTokenReq,
  GetAdminTokenResp,
  GetUserTokenReq,
  GetUserTokenResp,
} from "@parley/protocol/generated/auth";
import {
  GetGroupsInfoReq,
  GetGroupsInfoResp,
  InviteUserToGroupReq,
} from "@parley/protocol/generated/group";
import {
  GetFriendIDsReq,
  GetFriendIDsResp,
  ImportFriendReq,
} from "@parley/protocol/generated/relation";
import type { GroupInfo } from "@parley/protocol/generated/sdkws";
import {
  AccountCheckReq,
  AccountCheckResp,
  UpdateUserInfoReq,
  UserRegisterCountReq,
  UserRegisterCountResp,
  UserRegisterReq,
} from "@parley/protocol/generated/user";
import type { MessageType } from "@parley/protocol/message";
import { platformIDs } from "@parley/protocol/platforms";

import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { chunksOf } from "../storage/chunks.ts";

/**
 * The IM server as accounts and their administration see it: its REST API,
 * asked as one of its administrators (docs/wire/accounts.md#messaging-server), in this process or
 * elsewhere. Everything throws what the IM server refuses, with its code, or
 * 500 when it cannot be reached. `operationID` is the caller's.
 */
export interface IMClient {
  /** The administrator in whose name it asks. */
  readonly adminUserID: string;
  adminToken(operationID: string): Promise<string>;
  userToken(
    operationID: string,
    userID: string,
    platformID: number,
  ): Promise<string>;
  /** Ends the user's sessions on all platforms. */
  forceLogout(operationID: string, userID: string): Promise<void>;
  /** Returns the userIDs that the IM server knows. */
  findRegistered(
    operationID: string,
    userIDs: readonly string[],
  ): Promise<Set<string>>;
  /** All of them or none. */
  registerUsers(
    operationID: string,
    users: readonly IMProfile[],
  ): Promise<void>;
  /** Empty texts stay as they are. */
  updateProfile(operationID: string, user: IMProfile): Promise<void>;
  /** Makes them friends of each other, without being asked. */
  importFriends(
    operationID: string,
    userID: string,
    friendUserIDs: readonly string[],
  ): Promise<void>;
  listFriendIDs(operationID: string, userID: string): Promise<string[]>;
  joinGroup(
    operationID: string,
    groupID: string,
    userIDs: readonly string[],
  ): Promise<void>;
  /** Skips unknown ids. */
  listGroups(
    operationID: string,
    groupIDs: readonly string[],
  ): Promise<GroupInfo[]>;
  countRegistered(
    operationID: string,
    start: number,
    end: number,
  ): Promise<UserRegisterCountResp>;
  /** Answers the receipt, or how far it is. Throws 1004. */
  deleteUser(
    operationID: string,
    userID: string,
    deleteMessages: boolean,
  ): Promise<UserDeletion>;
  /** Throws 1004. */
  getUserDeletion(operationID: string, userID: string): Promise<UserDeletion>;
  /** Any other route, by its bodies. */
  ask<Request, Response>(
    operationID: string,
    path: string,
    body: { type: MessageType<Request>; value: Partial<Request> },
    answer: MessageType<Response>,
  ): Promise<Response>;
}

export interface IMProfile {
  userID: string;
  nickname: string;
  faceURL: string;
  /** UTC milliseconds; 0 = the time of the call. */
  createTime?: number;
}

export interface IMClientDeps {
  /** Address of the REST API, without a trailing slash. */
  address: string;
  secret: string;
  adminUserID: string;
  /** Like fetch, with the request's signal; where the API is in this process no socket is needed. */
  send(request: Request): Promise<Response>;
  /** Timeout of an answer in ms. */
  limitMs?: number;
  now: () => number;
}

/** OpenIM's timeout (docs/wire/accounts.md#messaging-server). */
const usualLimitMs = 10_000;
/**
 * Time in ms that an administrator's token is reused
 * (docs/wire/accounts.md#messaging-server).
 */
const tokenLifeMs = 240_000;

export function createIMClient(deps: IMClientDeps): IMClient {
  const { address, adminUserID, send, limitMs = usualLimitMs, now } = deps;
  const breaker = createCircuitBreaker({
    name: `the IM server at ${address}`,
    now,
  });

  /** Throws when there is nobody, or no answer in time. */
  async function exchange(path: string, init: RequestInit): Promise<string> {
    const signal = AbortSignal.timeout(limitMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () =>
        reject(new Error(`no answer in ${limitMs / 1_000} s`)),
      );
    });
    const request = new Request(`${address}${path}`, { ...init, signal });
    const answered = send(request).then((response) => response.text());
    return Promise.race([answered, late]);
  }

  let token: { text: Promise<string>; until: number } | undefined;

  async function post<Request, Response>(
    path: string,
    headers: Record<string, string>,
    { type, value }: { type: MessageType<Request>; value: Partial<Request> },
    answer?: MessageType<Response>,
  ): Promise<Response | undefined> {
    const init = {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: type.toJSON(value),
    };
    let text: string;
    try {
      text = await breaker.run(() => exchange(path, init));
    } catch (cause) {
      throw errors.internal(
        cause instanceof CircuitOpen
          ? cause.message
          : `the IM server at ${address} cannot be reached: ${(cause as Error).message}`,
        { cause },
      );
    }
    if (text.startsWith("404 page not found")) throw new NoSuchRoute(path);
    const envelope = readEnvelope(text);
    if (!envelope)
      throw errors.internal(
        `${path} at ${address} does not answer as an IM server does`,
      );
    const { errCode, errMsg, errDlt, data } = envelope;
    if (errCode !== 0) throw new ProtocolError(errCode, errDlt, { errMsg });
    return answer?.fromJSON(data === undefined ? "{}" : JSON.stringify(data));
  }

  function adminToken(operationID: string): Promise<string> {
    if (!token || token.until < now()) {
      const text = post(
        "/auth/get_admin_token",
        { operationID },
        {
          type: GetAdminTokenReq,
          value: { secret: deps.secret, userID: adminUserID },
        },
        GetAdminTokenResp,
      ).then((answer) => answer?.token ?? "");
      const mine = { text, until: now() + tokenLifeMs };
      token = mine;
      // The next caller tries again.
      text.catch(() => {
        if (token === mine) token = undefined;
      });
    }
    return token.text;
  }

  async function asAdmin<Request, Response>(
    operationID: string,
    path: string,
    type: MessageType<Request>,
    value: Partial<Request>,
    answer?: MessageType<Response>,
  ): Promise<Response | undefined> {
    const headers = { operationID, token: await adminToken(operationID) };
    return post(path, headers, { type, value }, answer);
  }

  const toUser = ({
    userID,
    nickname,
    faceURL,
    createTime = 0,
  }: IMProfile) => ({
    userID,
    nickname,
    faceURL,
    ex: "",
    createTime,
    appMangerLevel: 0,
    globalRecvMsgOpt: 0,
  });

  return {
    adminUserID,
    adminToken,

    async userToken(operationID, userID, platformID) {
      const answer = await asAdmin(
        operationID,
        "/auth/get_user_token",
        GetUserTokenReq,
        { userID, platformID },
        GetUserTokenResp,
      );
      return answer?.token ?? "";
    },

    async forceLogout(operationID, userID) {
      try {
        await asAdmin(
          operationID,
          "/auth/force_logout_all",
          ForceLogoutAllReq,
          { userID },
        );
        return;
      } catch (error) {
        if (!(error instanceof NoSuchRoute)) throw error;
      }
      // An OpenIM server: every platform, whatever comes of one, since it knows
      // no HarmonyOS here.
      const asked = await Promise.allSettled(
        platformIDs.map((platformID) =>
          asAdmin(operationID, "/auth/force_logout", ForceLogoutReq, {
            userID,
            platformID,
          }),
        ),
      );
      const isUnknown = (error: unknown) =>
        error instanceof ProtocolError && error.code === 1001;
      const failed = asked.find(
        (each) => each.status === "rejected" && !isUnknown(each.reason),
      );
      if (failed?.status === "rejected") throw failed.reason;
    },

    async findRegistered(operationID, userIDs) {
      const known = new Set<string>();
      for (const checkUserIDs of chunksOf(userIDs)) {
        const answer = await asAdmin(
          operationID,
          "/user/account_check",
          AccountCheckReq,
          { checkUserIDs },
          AccountCheckResp,
        );
        for (const { userID, accountStatus } of answer?.results ?? [])
          if (accountStatus === 1) known.add(userID);
      }
      return known;
    },

    async registerUsers(operationID, users) {
      await asAdmin(operationID, "/user/user_register", UserRegisterReq, {
        users: users.map(toUser),
      });
    },

    async updateProfile(operationID, user) {
      await asAdmin(operationID, "/user/update_user_info", UpdateUserInfoReq, {
        userInfo: toUser(user),
      });
    },

    async importFriends(operationID, ownerUserID, friendUserIDs) {
      for (const some of chunksOf(friendUserIDs))
        await asAdmin(operationID, "/friend/import_friend", ImportFriendReq, {
          ownerUserID,
          friendUserIDs: some,
        });
    },

    async listFriendIDs(operationID, userID) {
      const answer = await asAdmin(
        operationID,
        "/friend/get_friend_id",
        GetFriendIDsReq,
        { userID },
        GetFriendIDsResp,
      );
      return answer?.friendIDs ?? [];
    },

    async joinGroup(operationID, groupID, userIDs) {
      await asAdmin(
        operationID,
        "/group/invite_user_to_group",
        InviteUserToGroupReq,
        {
          groupID,
          reason: "",
          invitedUserIDs: [...userIDs],
          sendMessage: null,
        },
      );
    },

    async listGroups(operationID, groupIDs) {
      const groups: GroupInfo[] = [];
      for (const some of chunksOf(groupIDs)) {
        const answer = await asAdmin(
          operationID,
          "/group/get_groups_info",
          GetGroupsInfoReq,
          { groupIDs: some },
          GetGroupsInfoResp,
        );
        groups.push(...(answer?.groupInfos ?? []));
      }
      return groups;
    },

    async countRegistered(operationID, start, end) {
      const answer = await asAdmin(
        operationID,
        "/statistics/user/register",
        UserRegisterCountReq,
        { start, end },
        UserRegisterCountResp,
      );
      return answer ?? UserRegisterCountResp.create();
    },

    async deleteUser(operationID, userID, deleteMessages) {
      const answer = await asAdmin(
        operationID,
        "/user/delete_user",
        DeleteUserReq,
        { userID, deleteMessages },
        UserDeletion,
      );
      return answer ?? UserDeletion.create();
    },

    async getUserDeletion(operationID, userID) {
      const answer = await asAdmin(
        operationID,
        "/user/get_user_deletion",
        GetUserDeletionReq,
        { userID },
        UserDeletion,
      );
      return answer ?? UserDeletion.create();
    },

    async ask(operationID, path, { type, value }, answer) {
      const found = await asAdmin(operationID, path, type, value, answer);
      return found ?? answer.create();
    },
  };
}

/** OpenIM's servers have none of our own routes. */
class NoSuchRoute extends ProtocolError {
  constructor(path: string) {
    super(500, `the IM server has no route ${path}: is it Parley?`);
  }
}

interface Envelope {
  errCode: number;
  errMsg: string;
  errDlt: string;
  data: unknown;
}

/** undefined: it is none. */
function readEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const {
    errCode,
    errMsg = "",
    errDlt = "",
    data,
  } = value as Partial<Envelope>;
  return typeof errCode === "number"
    ? { errCode, errMsg, errDlt, data }
    : undefined;
}
