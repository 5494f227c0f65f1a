import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import type { IMClient } from "../im-client/im-client.ts";
import { createLine } from "../pace/line.ts";
import { nextTurn } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Admission } from "./admission.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Codes } from "./codes.ts";
import { foldEmail, foldPhone, takenError } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import { readNewcomer, waysOf } from "./newcomers.ts";
import type { Passwords } from "./passwords.ts";
import { CredentialType, findAccounts, insertAccounts } from "./store.ts";
import { createVacancies, freeUserIDs } from "./vacancies.ts";
import type { Abandoned, VacanciesDeps } from "./vacancies.ts";

/** A person who is to have an account. */
export interface Newcomer {
  user: RegisterUserInfo;
  /** Network address and device of the registration. */
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
   *. Answers the userID.
   */
  register(operationID: string, applicant: Applicant): Promise<string>;
  /**
   * Returns one problem or undefined per newcomer: 1001 for the form or a known
   * userID; 20003, 20004 or 20014 for a credential that somebody has, another
   * newcomer included.
   */
  check(
    operationID: string,
    users: readonly (RegisterUserInfo | null)[],
  ): Promise<(ProtocolError | undefined)[]>;
  /**
   * An administrator's newcomers, all of them or none: throws the first error
   * of `check`. Answers their userIDs. Thousands take minutes, as their
   * passwords are hashed; until then nothing of them is stored. Should the IM
   * server not be heard of again, adding them once more replaces what is left.
   */
  add(operationID: string, newcomers: readonly Newcomer[]): Promise<string[]>;
}

export interface RegistrationDeps {
  db: Kysely<Schema>;
  transact: Transact;
  im: IMClient;
  arrivals: Arrivals;
  passwords: Passwords;
  admission: Admission;
  codes: Pick<Codes, "verify">;
  isRegisterAllowed(): Promise<boolean>;
  findReserved: VacanciesDeps["findReserved"];
  listDefaultFriends(): Promise<string[]>;
  listDefaultGroups(): Promise<string[]>;
  /** Called if a follow-up fails after the account was committed. */
  failed(error: unknown): void;
  now: () => number;
}

/** Somebody whose form is right. */
interface Entry {
  newcomer: Newcomer;
  /** The stored hash. */
  password: string;
}

/** A new account that the IM server is to learn of. */
interface Arrival {
  userID: string;
  /** Row of the account, for the undo. */
  accountID: number;
  user: RegisterUserInfo;
}

/** Accounts in one transaction. */
const atOnce = 200;
/** Registrations whose default friends are made in parallel. */
const welcomes = 8;

export function createRegistration(deps: RegistrationDeps): Registration {
  const { db, transact, im, passwords, admission, codes, now } = deps;
  const { arrivals: arriving, findReserved } = deps;
  const vacancies = createVacancies({
    ...{ db, im, admission, findReserved },
    arrivals: arriving,
  });

  async function insert(
    tx: Transaction,
    entries: readonly Entry[],
  ): Promise<Arrival[]> {
    const free = await freeUserIDs(
      tx.db,
      entries.filter(({ newcomer }) => newcomer.user.userID === "").length,
    );
    const named = entries.map(({ newcomer: { user } }) => ({
      userID: user.userID || (free.pop() ?? ""),
      user,
    }));
    await insertAccounts(
      tx,
      named.map(({ userID, user }, i) => ({
        ...toAccount(entries[i] as Entry, now()),
        user_id: userID,
        credentials: waysOf(user),
      })),
    );
    const ids = new Map(
      (
        await findAccounts(
          tx.db,
          named.map(({ userID }) => userID),
        )
      ).map(({ user_id, id }) => [user_id, id]),
    );
    await arriving.add(
      tx,
      named.map(({ userID }) => userID),
    );
    return named.map((each) => ({
      ...each,
      accountID: ids.get(each.userID) ?? 0,
    }));
  }

  async function undo(arrivals: readonly Arrival[]): Promise<void> {
    for (const chunk of chunksOf(arrivals, atOnce)) {
      await arriving.end(chunk.map(({ userID }) => userID));
      await transact((tx) => vacancies.clear(tx, chunk));
    }
  }

  async function didArrive(
    operationID: string,
    arrivals: readonly Arrival[],
  ): Promise<boolean> {
    const userIDs = arrivals.map(({ userID }) => userID);
    return im.findRegistered(operationID, userIDs).then(
      (known) => known.size === userIDs.length,
      () => false,
    );
  }

  /**
   * Tells the IM server of accounts, all of them at once. Those that it refuses
   * are undone; those that it may have heard of stay, and registering again
   * replaces them (docs/wire/accounts.md#messaging-server).
   */
  async function arrive(
    operationID: string,
    arrivals: readonly Arrival[],
  ): Promise<void> {
    try {
      const createTime = now();
      await im.registerUsers(
        operationID,
        arrivals.map(({ userID, user: { nickname, faceURL } }) => ({
          userID,
          nickname,
          faceURL,
          createTime,
        })),
      );
    } catch (error) {
      const isRefusal = error instanceof ProtocolError && error.code !== 500;
      if (isRefusal) await undo(arrivals);
      // Thousands may take it longer than we wait.
      if (isRefusal || !(await didArrive(operationID, arrivals))) throw error;
    } finally {
      await arriving
        .end(arrivals.map(({ userID }) => userID))
        .catch(deps.failed);
    }
    await welcome(
      operationID,
      arrivals.map(({ userID }) => userID),
    );
  }

  /**
   * Adds default friends and groups; one that fails does not stop the others.
   */
  async function welcome(
    operationID: string,
    userIDs: readonly string[],
  ): Promise<void> {
    const friends = await deps.listDefaultFriends();
    const line = createLine(welcomes);
    if (friends.length > 0)
      await Promise.all(
        userIDs.map((userID) =>
          line(() =>
            im
              .importFriends(operationID, userID, friends)
              .catch((error: unknown) => deps.failed(error)),
          ),
        ),
      );
    for (const groupID of await deps.listDefaultGroups())
      for (const chunk of chunksOf(userIDs, atOnce))
        await im
          .joinGroup(operationID, groupID, chunk)
          .catch((error: unknown) => deps.failed(error));
  }

  /** Throws the first problem; answers whose accounts are none. */
  async function requireGood(
    operationID: string,
    newcomers: readonly Newcomer[],
  ): Promise<Abandoned[]> {
    const { problems, abandoned } = await vacancies.check(
      operationID,
      newcomers.map(({ user }) => user),
    );
    const problem = problems.find((each) => each !== undefined);
    if (problem) throw problem;
    return abandoned;
  }

  /** Checks that apply to people and not to administrators. */
  async function requireAdmitted(
    applicant: Applicant,
    user: RegisterUserInfo,
  ): Promise<void> {
    if (!(await deps.isRegisterAllowed()))
      throw errors.noPermission("only administrators may create accounts here");
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

  return {
    async register(operationID, applicant) {
      const { user: sent, isByAdministrator } = applicant;
      if (!sent) throw errors.args("user is missing");
      // OpenIM checks the credential as sent before everything else.
      const first = await vacancies.findOccupied(operationID, waysAsSent(sent));
      if (first.taken.length > 0) throw errors.accountRegistered();
      const user = readNewcomer(sent);
      if (!isByAdministrator && applicant.verifyCode === "")
        throw errors.args("verifyCode is missing");
      const { taken, abandoned } = await vacancies.findOccupied(
        operationID,
        waysOf(user),
      );
      if (taken[0]) throw takenError(taken[0]);
      if (isByAdministrator) {
        const chosen = await vacancies.check(operationID, [user]);
        abandoned.push(...chosen.abandoned);
      } else await requireAdmitted(applicant, user);
      const isInvited =
        !isByAdministrator && (await admission.isInvitationNeeded());
      const password = await passwords.hash(user.password);
      const arrivals = await transact(async (tx) => {
        await vacancies.clear(tx, abandoned);
        await vacancies.requireFree(tx, [user], () =>
          errors.accountRegistered("it was taken just now"),
        );
        const newcomer = { ...applicant, user };
        const arrivals = await insert(tx, [{ newcomer, password }]);
        if (isInvited)
          for (const { userID } of arrivals)
            await admission.useInvitation(tx, applicant.invitationCode, userID);
        return arrivals;
      });
      await arrive(operationID, arrivals);
      return arrivals[0]?.userID ?? "";
    },

    check: async (operationID, users) =>
      (await vacancies.check(operationID, users)).problems,

    async add(operationID, newcomers) {
      await requireGood(operationID, newcomers);
      const entries: Entry[] = [];
      // One after another: whoever signs in meanwhile finds a place free.
      for (const newcomer of newcomers) {
        const user = readNewcomer(newcomer.user);
        const password = await passwords.hash(user.password);
        entries.push({ newcomer: { ...newcomer, user }, password });
      }
      // Hashing may have taken minutes, so the credentials are checked again.
      const abandoned = await requireGood(operationID, newcomers);
      for (const chunk of chunksOf(abandoned, atOnce))
        await transact((tx) => vacancies.clear(tx, chunk));
      const arrivals: Arrival[] = [];
      try {
        for (const chunk of chunksOf(entries, atOnce)) {
          const arrived = await transact(async (tx) => {
            const users = chunk.map(({ newcomer }) => newcomer.user);
            await vacancies.requireFree(tx, users, takenError);
            return insert(tx, chunk);
          });
          arrivals.push(...arrived);
          await nextTurn();
        }
      } catch (error) {
        await undo(arrivals);
        throw error;
      }
      await arrive(operationID, arrivals);
      return arrivals.map(({ userID }) => userID);
    },
  };
}

/** Builds the account without its userID. */
const toAccount = (
  { newcomer: { user, address, deviceID, platformID }, password }: Entry,
  now: number,
) => ({
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
  create_time: now,
  change_time: now,
});

/** Names that nobody checked yet, with the area code as it came. */
const waysAsSent = (user: RegisterUserInfo): Way[] =>
  [
    {
      type: CredentialType.phone,
      credential:
        user.phoneNumber && foldPhone(user.areaCode, user.phoneNumber),
    },
    { type: CredentialType.email, credential: foldEmail(user.email) },
    { type: CredentialType.account, credential: user.account },
  ].filter(({ credential }) => credential !== "");

const registerTypeOf = ({ account, email }: RegisterUserInfo): number =>
  email !== "" ? 1 : account !== "" ? 0 : 2;
