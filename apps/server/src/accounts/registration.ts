import { randomInt } from "node:crypto";

import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import type { IMServer } from "../im-server.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Passwords } from "./passwords.ts";
import {
  CredentialType,
  findAccount,
  findCredential,
  insertAccount,
  phoneOf,
} from "./store.ts";

/** A person who is to have an account. */
export interface Newcomer {
  user: RegisterUserInfo;
  /** Where they register from, and with what. */
  address: string;
  deviceID: string;
  platformID: number;
}

export interface Registration {
  /**
   * Makes the account, registers its user with the IM server and gives them
   * the default friends and groups. Answers the userID.
   */
  register(operationID: string, newcomer: Newcomer): Promise<string>;
}

export interface RegistrationDeps {
  db: Kysely<Schema>;
  transact: Transact;
  im: IMServer;
  passwords: Passwords;
  listDefaultFriends(): Promise<string[]>;
  listDefaultGroups(): Promise<string[]>;
  /** What came after the account was there and went wrong. */
  failed(error: unknown): void;
  now: () => number;
}

export function createRegistration(deps: RegistrationDeps): Registration {
  const { db, transact, im, passwords, now } = deps;

  async function freeUserID(): Promise<string> {
    for (let tries = 0; tries < 20; tries++) {
      const userID = String(randomInt(10 ** 9, 10 ** 10));
      if (!(await findAccount(db, userID))) return userID;
    }
    throw errors.internal("no userID is free");
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

  return {
    async register(operationID, { user, address, deviceID, platformID }) {
      const credentials = credentialsOf(user);
      for (const { credential } of credentials)
        if (await findCredential(db, credential))
          throw errors.accountRegistered(`${credential} is taken`);
      const password = await passwords.hash(user.password);
      const userID = user.userID || (await freeUserID());
      await transact((tx) =>
        insertAccount(
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
          credentials,
        ),
      );
      await im.registerUser(operationID, {
        userID,
        nickname: user.nickname,
        faceURL: user.faceURL,
        createTime: now(),
      });
      await welcome(operationID, userID);
      return userID;
    },
  };
}

function credentialsOf({
  account,
  areaCode,
  phoneNumber,
  email,
}: RegisterUserInfo) {
  return [
    { type: CredentialType.account, credential: account },
    {
      type: CredentialType.phone,
      credential: phoneNumber && phoneOf(areaCode, phoneNumber),
    },
    { type: CredentialType.email, credential: email },
  ].filter(({ credential }) => credential !== "");
}

const registerTypeOf = ({ account, email }: RegisterUserInfo): number =>
  email !== "" ? 1 : account !== "" ? 0 : 2;
