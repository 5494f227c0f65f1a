import type { UserUpdateReq } from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import { AccountCodeSend } from "@parley/protocol/methods/chat/accounts";
import type { Kysely, Updateable } from "kysely";

import type { Cause } from "../http/actor.ts";
import { requireSelf } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { AccountTable } from "./tables.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Codes } from "./codes.ts";
import {
  accountWay,
  emailWay,
  phoneWay,
  requireAccountName,
  takenError,
  withPlus,
} from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import {
  CredentialType,
  findAccount,
  findCredentials,
  listCredentials,
  setCredential,
  updateAccount,
} from "./store.ts";

export interface ProfileChanges {
  /**
   * Changes a profile; null leaves a field as it is. A code proves that a new
   * phone or address is the user's; administrators need none. The IM server
   * learns name and picture.
   */
  update(cause: Cause, request: UserUpdateReq): Promise<void>;
}

export interface ProfileChangesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  im: Pick<IMClient, "updateProfile">;
  codes: Pick<Codes, "prove" | "verify" | "useIn">;
  now: () => number;
}

export function createProfileChanges({
  db,
  transact,
  im,
  codes,
  now,
}: ProfileChangesDeps): ProfileChanges {
  /** Throws 20003, 20004 or 20014 for what somebody else signs in with. */
  async function requireFree(
    db: Kysely<Schema>,
    userID: string,
    ways: readonly Way[],
  ): Promise<void> {
    const wanted = ways.filter(({ credential }) => credential !== "");
    const found = await findCredentials(
      db,
      wanted.map(({ credential }) => credential),
    );
    const others = new Set(
      found
        .filter((each) => each.userID !== userID)
        .map(({ credential }) => credential),
    );
    const taken = wanted.find(({ credential }) => others.has(credential));
    if (taken) throw takenError(taken);
  }

  /** Throws 1001 if nobody could sign in any more, or never could. */
  async function requireOneLeft(
    db: Kysely<Schema>,
    userID: string,
    ways: readonly Way[],
  ): Promise<void> {
    const own = await listCredentials(db, userID);
    const left = new Map(own.map(({ type, credential }) => [type, credential]));
    for (const { type, credential } of ways) left.set(type, credential);
    if ([...left.values()].every((credential) => credential === ""))
      throw errors.args(`${userID} would have no way to sign in`);
  }

  /**
   * Returns the credentials that need a code. COMPAT: OpenIM's clients send no
   * code here; that passes where a code would prove nothing.
   */
  async function findUnproved(
    { userID, verifyCode }: UserUpdateReq,
    ways: readonly Way[],
  ): Promise<Way[]> {
    const own = await listCredentials(db, userID);
    const foreign = ways.filter(
      ({ type, credential }) =>
        type !== CredentialType.account &&
        credential !== "" &&
        !own.some((each) => each.credential === credential),
    );
    if (!verifyCode && !foreign.some(codes.prove)) return [];
    if (!verifyCode)
      throw errors.args(
        `verifyCode is missing: have a code sent to the new phone or address (${AccountCodeSend.path} with usedFor 10)`,
      );
    if (foreign.length > 1)
      throw errors.args(
        "one verifyCode proves a phone or an e-mail address: change one after the other",
      );
    return foreign;
  }

  return {
    // The order is OpenIM's.
    async update({ actor, operationID }, request) {
      const { userID, nickname, faceURL, RegisterType } = request;
      if (userID === "") throw errors.args("userID is missing");
      const verifyCode = request.verifyCode ?? "";
      if (nickname === "") throw errors.args("nickname is empty");
      const ways = changedWays(request);
      await requireFree(db, userID, ways);
      requireSelf(actor, userID);
      if (RegisterType !== null && !actor.isAdmin)
        throw errors.noPermission("registerType cannot be changed");
      await requireOneLeft(db, userID, ways);
      const unproved = actor.isAdmin ? [] : await findUnproved(request, ways);
      // Wrong ones count here; below, where they could be undone, they do not.
      if (unproved.length > 0) await codes.verify(unproved, verifyCode);
      await transact(async (tx) => {
        // Nothing can change between these and the change. Who was deleted
        // meanwhile gets no way to sign in.
        if (!(await findAccount(tx.db, userID)))
          throw errors.args(`there is no user ${userID}`);
        await requireFree(tx.db, userID, ways);
        await requireOneLeft(tx.db, userID, ways);
        if (unproved.length > 0) await codes.useIn(tx, unproved, verifyCode);
        for (const way of ways) await setCredential(tx, { userID, ...way });
        await updateAccount(tx, userID, {
          ...changedColumns(request),
          change_time: now(),
        });
      });
      await im.updateProfile(operationID, {
        userID,
        nickname: nickname ?? "",
        faceURL: faceURL ?? "",
      });
    },
  };
}

/** Returns the credentials of the request; an empty one is removed. */
function changedWays(request: UserUpdateReq): Way[] {
  const { account, areaCode, phoneNumber, email } = request;
  const ways: Way[] = [];
  if ((areaCode === null) !== (phoneNumber === null))
    throw errors.args("areaCode and phoneNumber go together");
  if (areaCode !== null && phoneNumber !== null)
    ways.push(
      areaCode === "" && phoneNumber === ""
        ? { type: CredentialType.phone, credential: "" }
        : phoneWay(withPlus(areaCode), phoneNumber),
    );
  if (account !== null) {
    if (account !== "") requireAccountName(account);
    ways.push(accountWay(account));
  }
  if (email !== null)
    ways.push(
      email === ""
        ? { type: CredentialType.email, credential: "" }
        : emailWay(email),
    );
  return ways;
}

function changedColumns(request: UserUpdateReq): Updateable<AccountTable> {
  const { areaCode } = request;
  const columns = {
    account: request.account,
    area_code: areaCode === null ? null : withPlus(areaCode),
    phone_number: request.phoneNumber?.trim() ?? null,
    email: request.email?.trim() ?? null,
    nickname: request.nickname,
    face_url: request.faceURL,
    gender: request.gender,
    birth: request.birth,
    level: request.level,
    allow_add_friend: request.allowAddFriend,
    allow_beep: request.allowBeep,
    allow_vibration: request.allowVibration,
    global_recv_msg_opt: request.globalRecvMsgOpt,
  };
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== null),
  );
}
