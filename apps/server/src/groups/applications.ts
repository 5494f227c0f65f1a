import { randomUUID } from "node:crypto";

import {
  HandleResult,
  JoinSource,
  NeedVerification,
  RoleLevel,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type {
  GroupInfo,
  GroupRequest,
  UserInfo,
} from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Actor, Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutGroup } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Faces } from "./faces.ts";
import { newMember } from "./groups.ts";
import type { GroupHooks } from "./hooks.ts";
import { findMember, listManagerIDs } from "./member-store.ts";
import type { Membership } from "./membership.ts";
import {
  renderApplicationHandled,
  renderJoinApplication,
  renderMemberEntered,
  renderMembersInvited,
} from "./notifications.ts";
import {
  countWaiting,
  findRequest,
  findRequests,
  handleRequest,
  pageRequests,
  replaceRequest,
} from "./request-store.ts";
import type { StoredRequest } from "./request-store.ts";
import { isManager, requireAlive } from "./rules.ts";
import { findGroup, findGroups } from "./store.ts";

export interface Joining {
  groupID: string;
  reqMessage: string;
  joinSource: number;
  /** Id of the applicant, under whichever name on the wire. */
  applicantID: string;
  ex: string;
}

/** Joining a group, at once or by an application that somebody answers. */
export interface Applications {
  join(cause: Cause, wanted: Joining): Promise<void>;
  /**
   * Requests membership; an invitation by an ordinary member is such a request,
   * too.
   */
  apply(
    tx: Transaction,
    cause: Cause,
    group: GroupInfo,
    request: StoredRequest,
  ): Promise<void>;
  respond(
    cause: Cause,
    answer: {
      groupID: string;
      fromUserID: string;
      handledMsg: string;
      handleResult: number;
    },
  ): Promise<void>;
  /** Lists applications to the manager's groups or, for administrators, to given groups. */
  received(
    actor: Actor,
    managerID: string,
    filter: ApplicationFilter,
    page: Page,
  ): Promise<Listed>;
  sent(userID: string, filter: ApplicationFilter, page: Page): Promise<Listed>;
  ofUsers(groupID: string, userIDs: readonly string[]): Promise<Listed>;
  countWaiting(managerID: string, after: number): Promise<number>;
}

export interface ApplicationFilter {
  groupIDs: readonly string[];
  handleResults: readonly number[];
}

export interface Listed {
  total: number;
  groupRequests: GroupRequest[];
}

export interface ApplicationsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  notify: Notify;
  faces: Faces;
  membership: Membership;
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  /** Throws 1004. */
  requireUser(userID: string): Promise<unknown>;
  requireManager(userID: string, groupID: string): Promise<void>;
  hooks?: GroupHooks;
  now: () => number;
}

export function createApplications(deps: ApplicationsDeps): Applications {
  const { db, transact, notify, faces, membership, now } = deps;

  /** Renders it for a notice; the group stands beside it. */
  async function toRequest(stored: StoredRequest): Promise<GroupRequest> {
    const { groupID: _, userID, ...request } = stored;
    const userInfo = await faces.publicInfo(userID);
    return { ...request, userInfo, groupInfo: null };
  }

  async function withGroups(
    total: number,
    stored: readonly StoredRequest[],
  ): Promise<Listed> {
    const groupIDs = stored.map(({ groupID }) => groupID);
    const groups = new Map(
      (await findGroups(db, groupIDs)).map((group) => [group.groupID, group]),
    );
    const users = new Map(
      (await deps.listUsers(stored.map(({ userID }) => userID))).map((user) => [
        user.userID,
        user,
      ]),
    );
    return {
      total,
      groupRequests: stored.map(({ groupID, userID, ...request }) => {
        const groupInfo = groups.get(groupID);
        if (!groupInfo) throw errors.groupIDNotFound(`no group '${groupID}'`);
        const {
          nickname = "",
          faceURL = "",
          ex = "",
        } = users.get(userID) ?? {};
        const userInfo = { userID, nickname, faceURL, ex };
        return { ...request, userInfo, groupInfo };
      }),
    };
  }

  async function apply(
    tx: Transaction,
    cause: Cause,
    group: GroupInfo,
    stored: StoredRequest,
  ): Promise<void> {
    await replaceRequest(tx, stored);
    const applicant = await faces.publicInfo(cause.actor.userID);
    const request = await toRequest(stored);
    const managers = await listManagerIDs(tx.db, group.groupID);
    // An invited user is notified of the decision.
    const applicantID = stored.inviterUserID || stored.userID;
    const uuid = randomUUID();
    for (const recvID of new Set([
      ...managers,
      applicantID,
      cause.actor.userID,
    ]))
      await notify(
        tx,
        renderJoinApplication(recvID, applicant, { group, request, uuid }),
        cause.operationID,
      );
  }

  async function enterAtOnce(
    tx: Transaction,
    cause: Cause,
    { groupID, applicantID }: Joining,
  ): Promise<void> {
    const { operationID } = cause;
    const member = newMember(groupID, applicantID, {
      roleLevel: RoleLevel.member,
      joinTime: now(),
      joinSource: 0,
      operatorUserID: cause.actor.userID,
      inviterUserID: applicantID,
    });
    const { group, entered, version, audience } = await membership.enter(
      tx,
      operationID,
      groupID,
      [member],
    );
    const tellOfChat = await membership.openChat(tx, operationID, groupID, [
      applicantID,
    ]);
    const shown = await faces.showOne(entered[0] ?? member);
    await notify(
      tx,
      {
        ...renderMemberEntered(
          cause.actor.userID,
          group,
          shown,
          now(),
          version,
        ),
        audience,
      },
      operationID,
    );
    await tellOfChat();
  }

  /** Adds the applicant as a member, and notifies the group. */
  async function admit(
    tx: Transaction,
    cause: Cause,
    { groupID, userID, joinSource, inviterUserID }: StoredRequest,
  ): Promise<{ group: GroupInfo; tell: () => Promise<void> }> {
    const { actor, operationID } = cause;
    const member = newMember(groupID, userID, {
      roleLevel: RoleLevel.member,
      joinTime: now(),
      joinSource,
      operatorUserID: actor.userID,
      inviterUserID,
    });
    const { group, entered, version, audience } = await membership.enter(
      tx,
      operationID,
      groupID,
      [member],
    );
    const shown = await faces.showOne(entered[0] ?? member);
    const notice = async () => {
      if (inviterUserID === "")
        return renderMemberEntered(actor.userID, group, shown, now(), version);
      const opUser = await faces.actorIn(tx.db, groupID, actor);
      const inviter = { ...actor, userID: inviterUserID, isAdmin: false };
      const inviterUser = await faces.actorIn(tx.db, groupID, inviter);
      const changed = { group, opUser, version };
      return renderMembersInvited(changed, [shown], inviterUser);
    };
    return {
      group,
      async tell() {
        const tellOfChat = await membership.openChat(tx, operationID, groupID, [
          userID,
        ]);
        await notify(tx, { ...(await notice()), audience }, operationID);
        await tellOfChat();
      },
    };
  }

  return {
    apply,

    async join(cause, wanted) {
      const { groupID, applicantID, reqMessage, joinSource, ex } = wanted;
      await deps.requireUser(applicantID);
      if (applicantID !== cause.actor.userID && !cause.actor.isAdmin)
        throw errors.noPermission(
          "users may send requests only for themselves",
        );
      await transact(async (tx) => {
        // Again: this is done anew once somebody outside has answered.
        await deps.requireUser(applicantID);
        const group = await findGroup(tx.db, groupID);
        requireAlive(group, groupID);
        const ask = deps.hooks?.beforeApply;
        if (ask)
          await tx.outside("join", () => ask(cause.operationID, group, wanted));
        if (await findMember(tx.db, groupID, applicantID))
          throw errors.args(`${applicantID} is in '${groupID}' already`);
        if (group.needVerification === NeedVerification.directly) {
          await enterAtOnce(tx, cause, wanted);
          deps.hooks?.afterJoin?.(tx, cause.operationID, wanted);
          return;
        }
        await apply(
          tx,
          cause,
          group,
          newRequest(groupID, applicantID, {
            reqMsg: reqMessage,
            reqTime: now(),
            joinSource,
            inviterUserID: "",
            ex,
          }),
        );
      }, aboutGroup(groupID));
    },

    async respond(cause, answer) {
      const { actor } = cause;
      const { groupID, fromUserID, handledMsg, handleResult } = answer;
      await transact(async (tx) => {
        const before = await findGroup(tx.db, groupID);
        await requireHandler(tx, actor, groupID);
        requireAlive(before, groupID);
        const known = await findRequest(tx.db, groupID, fromUserID);
        if (!known) throw errors.notFound(`no application of ${fromUserID}`);
        if (known.handleResult !== HandleResult.notHandled)
          throw errors.groupRequestHandled("it was answered before");
        await deps.requireUser(fromUserID);
        const stored = {
          ...known,
          handleResult,
          handleMsg: handledMsg,
          handleUserID: actor.userID,
          handleTime: now(),
        };
        await handleRequest(tx, stored);
        const isAccepted = handleResult === HandleResult.agreed;
        const isNew =
          isAccepted && !(await findMember(tx.db, groupID, fromUserID));
        const admitted = isNew ? await admit(tx, cause, known) : undefined;
        const opUser = await faces.actorIn(tx.db, groupID, actor);
        const application = {
          group: admitted?.group ?? before,
          request: await toRequest(stored),
          uuid: randomUUID(),
        };
        const managers = await listManagerIDs(tx.db, groupID);
        for (const recvID of new Set([...managers, fromUserID]))
          await notify(
            tx,
            renderApplicationHandled(recvID, opUser, application, isAccepted),
            cause.operationID,
          );
        await admitted?.tell();
      }, aboutGroup(groupID));
    },

    async received(actor, managerID, filter, page) {
      const { groupIDs } = filter;
      const isFree = actor.isAdmin && groupIDs.length > 0;
      if (!isFree)
        for (const groupID of groupIDs)
          await deps.requireManager(managerID, groupID);
      const { total, requests } = await pageRequests(
        db,
        isFree ? filter : { ...filter, managerID },
        page,
      );
      return withGroups(total, requests);
    },

    async sent(userID, filter, page) {
      await deps.requireUser(userID);
      const { total, requests } = await pageRequests(
        db,
        { ...filter, userID },
        page,
      );
      return withGroups(total, requests);
    },

    async ofUsers(groupID, userIDs) {
      const requests = await findRequests(db, groupID, userIDs);
      return withGroups(requests.length, requests);
    },

    countWaiting: (managerID, after) => countWaiting(db, managerID, after),
  };
}

/** Throws 1004 for strangers, 1002 for members without a rank. */
async function requireHandler(
  tx: Transaction,
  actor: Actor,
  groupID: string,
): Promise<void> {
  if (actor.isAdmin) return;
  const member = await findMember(tx.db, groupID, actor.userID);
  if (!member) throw errors.notFound(`${actor.userID} is not in '${groupID}'`);
  if (!isManager(member.roleLevel))
    throw errors.noPermission("only owner and admins answer applications");
}

/** An application that waits for an answer. */
export const newRequest = (
  groupID: string,
  userID: string,
  how: Pick<
    StoredRequest,
    "reqMsg" | "reqTime" | "joinSource" | "inviterUserID" | "ex"
  >,
): StoredRequest => ({
  groupID,
  userID,
  handleResult: HandleResult.notHandled,
  handleMsg: "",
  handleUserID: "",
  handleTime: 0,
  ...how,
});

/** Throws 1001 unless it is one of the known ways. */
export function requireJoinSource(joinSource: number): void {
  const { admin, qrCode } = JoinSource;
  if (joinSource < admin || joinSource > qrCode)
    throw errors.args(`joinSource ${joinSource} is not 1 to 4`);
}
