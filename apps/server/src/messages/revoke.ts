import { ContentType, SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { RevokeMsgTips } from "@parley/protocol/generated/sdkws";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { Actor, Cause } from "../http/actor.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { MessageLog } from "../message-log/log.ts";
import { markBits } from "../message-log/mark-bits.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Transact } from "../storage/writer.ts";
import type { RevokeHooks } from "./hooks.ts";
import { insertRevocation, listRevocations } from "./marks.ts";
import { ownOf } from "./shared-ids.ts";

export type Revoke = (
  cause: Cause,
  wanted: { userID: string; conversationID: string; seq: number },
) => Promise<void>;

export interface RevokeDeps {
  log: MessageLog;
  userSeqs: UserSeqs;
  transact: Transact;
  notify: Notify;
  getUser(userID: string): Promise<UserInfo>;
  /** Throws 1002 unless this user may; answers the role that allows it. */
  requireGroupRevoker(userID: string, message: MsgDataView): Promise<number>;
  hooks?: RevokeHooks;
  now: () => number;
}

/** Takes a message back for everyone (docs/wire/messages.md#revoking). No time limit. */
export function createRevoke(deps: RevokeDeps): Revoke {
  const { log, transact, notify, now } = deps;

  async function requireRevoker(
    actor: Actor,
    user: UserInfo,
    message: MsgDataView,
  ): Promise<number> {
    if (actor.isAdmin)
      return message.sessionType === SessionType.single
        ? user.appMangerLevel
        : 0;
    switch (message.sessionType) {
      case SessionType.single:
        if (message.sendID !== user.userID)
          throw errors.noPermission("only its sender may revoke a message");
        return user.appMangerLevel;
      case SessionType.group:
        return deps.requireGroupRevoker(user.userID, message);
      default:
        throw errors.internal(
          `messages of sessionType ${message.sessionType} are not revoked`,
        );
    }
  }

  return async (cause, { userID, conversationID, seq }) => {
    const { actor } = cause;
    const user = await deps.getUser(userID);
    const head = await log.find(conversationID);
    const reader = { userID, readsGroup: true };
    const [stored] = head
      ? ownOf(reader, head, await log.read(head, seq, seq))
      : [];
    const { minSeq, maxSeq } = await deps.userSeqs.get(userID, conversationID);
    const isReadable =
      seq >= Math.max(minSeq, head?.minSeq ?? 0) &&
      (maxSeq === 0 || seq <= maxSeq);
    if (!stored || !head || !isReadable)
      throw errors.notFound(`no message ${seq} in '${conversationID}'`);
    const message = readMsgData(stored.data);
    const role = await requireRevoker(actor, user, message);
    const time = now();
    await transact(async (tx) => {
      const known = await listRevocations(tx.db, head.id, [seq]);
      if (known.size > 0)
        throw errors.messageAlreadyRevoked(`message ${seq} is revoked`);
      await insertRevocation(tx, head.id, {
        seq,
        userID,
        role,
        nickname: user.nickname,
        time,
      });
      await log.mark(tx, head, markBits.goneOrRevoked);
      const isGroup = message.sessionType === SessionType.group;
      await notify(
        tx,
        {
          contentType: ContentType.MsgRevokeNotification,
          sendID: isGroup ? userID : message.sendID,
          ...(isGroup
            ? { groupID: message.groupID }
            : { recvID: message.recvID }),
          isStored: true,
          detail: RevokeMsgTips.toJSON({
            revokerUserID: actor.userID,
            clientMsgID: message.clientMsgID,
            revokeTime: time,
            sesstionType: message.sessionType,
            seq,
            conversationID,
            isAdminRevoke: actor.isAdmin,
          }),
        },
        cause.operationID,
      );
      const revoked = { conversationID, seq, userID };
      deps.hooks?.revoked?.(tx, cause.operationID, revoked);
    });
  };
}
