import { randomInt } from "node:crypto";

import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import type { IMServer } from "../im-server.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Admission } from "./admission.ts";
import type { Codes } from "./codes.ts";
import { phoneOf, takenError } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import { readNewcomer, waysOf } from "./newcomers.ts";
import type { Passwords } from "./passwords.ts";
import {
  CredentialType,
  deleteAccount,
  findAccount,
  findAccounts,
  findCredentials,
  insertAccount,
} from "./store.ts";

/** A person who is to have an account. */
export interface Newcomer {
  user: RegisterUserInfo;
  /** Where they register from, and with what. */
  address: string;
  deviceID: string;
  platformID: number;
}

/** One who asks for it, or for whom an administrator does. */
export interface Applicant extends Newcomer {
  isByAdministrator: boolean;
  verifyCode: string;
  invitationCode: string;
}

export interface Registration {
  /**
   * Makes the account, registers its user with the IM server and gives them
   * the default friends and groups, by the rules of /account/register
   * (chat.json). Answers the userID.
   */
  register(operationID: string, applicant: Applicant): Promise<string>;
  /**
   * What is wrong with each of them, if administrators are to add them all:
   * 1001 for its form or a userID that there is, 20003, 20004 or 20014 for what
   * somebody has already, be it another of them.
   */
  check(
    operationID: string,
    users: readonly (RegisterUserInfo | null)[],
  ): Promise<(ProtocolError | undefined)[]>;
  /**
   * An administrator's newcomers, all of them or none: throws the first error
   * of `check`. Answers their userIDs.
   */
  add(operationID: string, newcomers: readonly Newcomer[]): Promise<string[]>;
}

export interface RegistrationDeps {
  db: Kysely<Schema>;
  transact: Transact;
  im: IMServer;
  passwords: Passwords;
  admission: Admission;
  codes: Pick<Codes, "verify">;
  isRegisterAllowed(): Promise<boolean>;
  listDefaultFriends(): Promise<string[]>;
  listDefaultGroups(): Promise<string[]>;
  /** What came after the account was there and went wrong. */
  failed(error: unknown): void;
  now: () => number;
}

/** Ways that somebody has, and whose account of them is none. */
interface Occupied {
  taken: Way[];
  /** The IM server knows nothing of these users: their registration failed. */
  abandoned: string[];
}

export function createRegistration(deps: RegistrationDeps): Registration {
  const { db, transact, im, passwords, admission, codes, now } = deps;
  /** Their account is there, and the IM server is just being told. */
  const arriving = new Set<string>();

  async function findOccupied(
    operationID: string,
    ways: readonly Way[],
  ): Promise<Occupied> {
    const found = await findCredentials(
      db,
      ways.map(({ credential }) => credential),
    );
    const abandoned: string[] = [];
    for (const userID of new Set(found.map((each) => each.userID)))
      if (
        !arriving.has(userID) &&
        !(await im.isRegistered(operationID, userID))
      )
        abandoned.push(userID);
    const gone = new Set(abandoned);
    const held = new Set(
      found
        .filter(({ userID }) => !gone.has(userID))
        .map(({ credential }) => credential),
    );
    return {
      taken: ways.filter(({ credential }) => held.has(credential)),
      abandoned,
    };
  }

  async function freeUserID(db: Kysely<Schema>): Promise<string> {
    for (let tries = 0; tries < 20; tries++) {
      const userID = String(randomInt(10 ** 9, 10 ** 10));
      if (!(await findAccount(db, userID))) return userID;
    }
    throw errors.internal("no userID is free");
  }

  async function remove(tx: Transaction, userID: string): Promise<void> {
    await deleteAccount(tx, userID);
    await admission.returnInvitation(tx, userID);
  }

  /** Somebody may have been quicker since it was looked at: 20004. */
  async function makeRoom(
    tx: Transaction,
    user: RegisterUserInfo,
    abandoned: readonly string[],
  ): Promise<void> {
    for (const userID of abandoned)
      if (!arriving.has(userID)) await remove(tx, userID);
    const ways = waysOf(user).map(({ credential }) => credential);
    const [taken] = await findCredentials(tx.db, ways);
    if (taken) throw errors.accountRegistered(`${taken.credential} is taken`);
    if (user.userID !== "" && (await findAccount(tx.db, user.userID)))
      throw errors.args(`there is a user ${user.userID}`);
  }

  async function insert(
    tx: Transaction,
    { user, address, deviceID, platformID }: Newcomer,
    password: string,
  ): Promise<string> {
    const userID = user.userID || (await freeUserID(tx.db));
    await insertAccount(
      tx,
      {
        user_id: userID,
        password,
        nickname: user.nickname,
        face_url: user.faceURL,
        gender: user.gender,
        birth: user.birth,
        level: 0,
        allow_add_friend: 1,
        allow_beep: 1,
        allow_vibration: 1,
        global_recv_msg_opt: 0,
        register_type: registerTypeOf(user),
        account: user.account,
        area_code: user.areaCode,
        phone_number: user.phoneNumber,
        email: user.email,
        register_ip: address,
        register_device_id: deviceID,
        register_platform: platformName(platformID) ?? "",
        create_time: now(),
        change_time: now(),
      },
      waysOf(user),
    );
    arriving.add(userID);
    tx.onRollback(() => arriving.delete(userID));
    return userID;
  }

  /**
   * Tells the IM server of an account. One that it refuses is undone; one that
   * it did not hear of stays, and registering again replaces it (chat.md §5).
   */
  async function arrive(
    operationID: string,
    userID: string,
    { nickname, faceURL }: RegisterUserInfo,
  ): Promise<void> {
    try {
      const createTime = now();
      await im.registerUser(operationID, {
        userID,
        nickname,
        faceURL,
        createTime,
      });
    } catch (error) {
      if (error instanceof ProtocolError && error.code !== 500)
        await transact((tx) => remove(tx, userID));
      throw error;
    } finally {
      arriving.delete(userID);
    }
    await welcome(operationID, userID);
  }

  /** What everybody gets; a friend or group that fails spoils nothing. */
  async function welcome(operationID: string, userID: string): Promise<void> {
    const friends = await deps.listDefaultFriends();
    if (friends.length > 0)
      await im
        .importFriends(operationID, userID, friends)
        .catch((error: unknown) => deps.failed(error));
    for (const groupID of await deps.listDefaultGroups())
      await im
        .joinGroup(operationID, groupID, userID)
        .catch((error: unknown) => deps.failed(error));
  }

  /** What an administrator need not ask for. */
  async function requireAdmitted(
    applicant: Applicant,
    user: RegisterUserInfo,
  ): Promise<void> {
    if (!(await deps.isRegisterAllowed()))
      throw errors.noPermission("administrators alone make accounts here");
    if (user.userID !== "")
      throw errors.noPermission("only administrators choose a userID");
    await admission.requireMayRegister(applicant.address);
    if (await admission.isInvitationNeeded())
      await admission.requireInvitation(applicant.invitationCode);
    const ways = waysOf(user);
    const proved =
      ways.find(({ type }) => type === CredentialType.email) ??
      ways.find(({ type }) => type === CredentialType.phone);
    await codes.verify(proved ? [proved] : [], applicant.verifyCode);
  }

  async function check(
    operationID: string,
    users: readonly (RegisterUserInfo | null)[],
  ): Promise<{ problems: (ProtocolError | undefined)[]; abandoned: string[] }> {
    const read = users.map((user) => {
      try {
        return readNewcomer(user);
      } catch (error) {
        if (error instanceof ProtocolError) return error;
        throw error;
      }
    });
    const good = read.flatMap((each) =>
      each instanceof ProtocolError ? [] : [each],
    );
    const { taken, abandoned } = await findOccupied(
      operationID,
      good.flatMap(waysOf),
    );
    const gone = new Set(abandoned);
    const chosen = good.map(({ userID }) => userID).filter(Boolean);
    const known = (await findAccounts(db, chosen))
      .map((account) => account.user_id)
      .filter((userID) => !gone.has(userID));
    const userIDs = new Set(known);
    const ways = new Set(taken.map(({ credential }) => credential));
    const problems: (ProtocolError | undefined)[] = [];
    for (const each of read) {
      if (each instanceof ProtocolError) problems.push(each);
      else problems.push(await problemOf(operationID, each, userIDs, ways));
    }
    return { problems, abandoned };
  }

  /** Remembers what the newcomer takes. */
  async function problemOf(
    operationID: string,
    user: RegisterUserInfo,
    userIDs: Set<string>,
    taken: Set<string>,
  ): Promise<ProtocolError | undefined> {
    const { userID } = user;
    const ways = waysOf(user);
    const occupied = ways.find(({ credential }) => taken.has(credential));
    if (occupied) return takenError(occupied);
    if (
      userID !== "" &&
      (userIDs.has(userID) || (await im.isRegistered(operationID, userID)))
    )
      return errors.args(`there is a user ${userID}`);
    userIDs.add(userID);
    for (const { credential } of ways) taken.add(credential);
    return undefined;
  }

  return {
    async register(operationID, applicant) {
      const { user: sent, isByAdministrator } = applicant;
      if (!sent) throw errors.args("user is missing");
      // As it was sent, before anything else is looked at (chat.json).
      const first = await findOccupied(operationID, waysAsSent(sent));
      if (first.taken.length > 0) throw errors.accountRegistered();
      const user = readNewcomer(sent);
      if (!isByAdministrator && applicant.verifyCode === "")
        throw errors.args("verifyCode is missing");
      const { taken, abandoned } = await findOccupied(
        operationID,
        waysOf(user),
      );
      if (taken[0]) throw takenError(taken[0]);
      if (!isByAdministrator) await requireAdmitted(applicant, user);
      const isInvited =
        !isByAdministrator && (await admission.isInvitationNeeded());
      const password = await passwords.hash(user.password);
      const userID = await transact(async (tx) => {
        await makeRoom(tx, user, abandoned);
        const userID = await insert(tx, { ...applicant, user }, password);
        if (isInvited)
          await admission.useInvitation(tx, applicant.invitationCode, userID);
        return userID;
      });
      await arrive(operationID, userID, user);
      return userID;
    },

    check: async (operationID, users) =>
      (await check(operationID, users)).problems,

    async add(operationID, newcomers) {
      const { problems, abandoned } = await check(
        operationID,
        newcomers.map(({ user }) => user),
      );
      const problem = problems.find((each) => each !== undefined);
      if (problem) throw problem;
      const all = await Promise.all(
        newcomers.map(async (newcomer) => {
          const user = readNewcomer(newcomer.user);
          const password = await passwords.hash(user.password);
          return { newcomer: { ...newcomer, user }, password };
        }),
      );
      const userIDs = await transact(async (tx) => {
        const userIDs: string[] = [];
        for (const { newcomer, password } of all) {
          await makeRoom(tx, newcomer.user, abandoned);
          userIDs.push(await insert(tx, newcomer, password));
        }
        return userIDs;
      });
      try {
        for (const [i, { newcomer }] of all.entries())
          await arrive(operationID, userIDs[i] ?? "", newcomer.user);
      } finally {
        for (const userID of userIDs) arriving.delete(userID);
      }
      return userIDs;
    },
  };
}

/** Names that nobody checked yet, with the area code as it came. */
const waysAsSent = (user: RegisterUserInfo): Way[] =>
  [
    {
      type: CredentialType.phone,
      credential: user.phoneNumber && phoneOf(user.areaCode, user.phoneNumber),
    },
    { type: CredentialType.email, credential: user.email },
    { type: CredentialType.account, credential: user.account },
  ].filter(({ credential }) => credential !== "");

const registerTypeOf = ({ account, email }: RegisterUserInfo): number =>
  email !== "" ? 1 : account !== "" ? 0 : 2;
