import { createArrivals } from "../../src/accounts/arrivals.ts";
import type { Arrivals } from "../../src/accounts/arrivals.ts";
import { errors } from "@parley/protocol/errors";
import type { RegisterUserInfo } from "@parley/protocol/chat/shared";

import type { IMClient } from "../../src/im-client/im-client.ts";
import type { TestStorage } from "../storage/engines.ts";
import { everybodyMay } from "../../src/accounts/admission.ts";
import type { Admission } from "../../src/accounts/admission.ts";
import { createCodes } from "../../src/accounts/codes.ts";
import type { CodeChannels, CodeSettings } from "../../src/accounts/codes.ts";
import { createGuesses } from "../../src/accounts/guesses.ts";
import { createPasswordChanges } from "../../src/accounts/password-changes.ts";
import { createPasswords } from "../../src/accounts/passwords.ts";
import { createProfileChanges } from "../../src/accounts/profile-changes.ts";
import { createRegistration } from "../../src/accounts/registration.ts";
import type { Applicant } from "../../src/accounts/registration.ts";
import { createSignInPlaces } from "../../src/accounts/sign-in-places.ts";
import { createSignIn } from "../../src/accounts/sign-in.ts";
import { createAccountTokens } from "../../src/accounts/tokens.ts";
import { createTries } from "../../src/accounts/tries.ts";
import type { Tries } from "../../src/accounts/tries.ts";

/** Everything of accounts on a database of a test's own, and a clock. */
export function openPeople(
  { db, transact }: TestStorage,
  {
    channels = { phone: { mode: "super" }, mail: { mode: "super" } },
    limits = {},
    admission = {},
    isRegisterAllowed = true,
    arrivals = createArrivals(),
    triesOf = createTries,
    neighborhoodOf = (address: string): string | undefined => address,
  }: {
    channels?: CodeChannels;
    limits?: Partial<CodeSettings>;
    admission?: Partial<Admission>;
    isRegisterAllowed?: boolean;
    arrivals?: Arrivals;
    triesOf?: (seconds: number, now: () => number) => Tries;
    neighborhoodOf?: (address: string) => string | undefined;
  } = {},
) {
  const clock = { ms: 1_700_000_000_000 };
  const now = () => clock.ms;
  const im = createStandIn();
  const passwords = createPasswords();
  /** Delays of wrong passwords, in ms. */
  const waited: number[] = [];
  const guesses = createGuesses({
    limits: { perAccount: 3, perAddress: 5 },
    tries: triesOf(300, now),
    places: createSignInPlaces({ db, transact, now }),
    neighborhoodOf,
    wait(ms) {
      waited.push(ms);
      return Promise.resolve();
    },
  });
  const codes = createCodes({
    db,
    transact,
    channels,
    secret: "secret",
    settings: {
      validTime: 300,
      validCount: 5,
      uintTime: 86_400,
      maxCount: 10,
      maxCountPerAddress: 100,
      superCode: "666666",
      len: 6,
      ...limits,
    },
    now,
  });
  const tokens = createAccountTokens({
    db,
    transact,
    secret: "secret",
    expireDays: 90,
    now,
  });
  const rules: Admission = { ...everybodyMay, ...admission };
  const registration = createRegistration({
    db,
    transact,
    im: im.server,
    arrivals,
    passwords,
    admission: rules,
    codes,
    isRegisterAllowed: () => Promise.resolve(isRegisterAllowed),
    findReserved: (_db, userIDs) =>
      Promise.resolve(userIDs.filter((userID) => userID === "boss")),
    listDefaultFriends: () => Promise.resolve([]),
    listDefaultGroups: () => Promise.resolve([]),
    failed(error) {
      throw error;
    },
    now,
  });
  const signIn = createSignIn({
    db,
    im: im.server,
    admission: rules,
    passwords,
    guesses,
    codes,
    tokens,
    now,
  });
  const passwordChanges = createPasswordChanges({
    db,
    transact,
    im: im.server,
    codes,
    passwords,
    guesses,
    tokens,
    failed(error) {
      throw error;
    },
    now,
  });
  const profileChanges = createProfileChanges({
    db,
    transact,
    im: im.server,
    codes,
    now,
  });
  return {
    passwords,
    clock,
    waited,
    im,
    codes,
    tokens,
    registration,
    passwordChanges,
    profileChanges,
    /** Registers with the super code. */
    register: (
      user: Partial<RegisterUserInfo>,
      more: Partial<Omit<Applicant, "user">> = {},
    ) => registration.register("op", applicant(user, more)),
    signIn: (request: Partial<SignInRequest>, address = "1.2.3.4") =>
      signIn.signIn("op", { ...nothing, ...request }, address),
  };
}

type SignInRequest = Parameters<ReturnType<typeof createSignIn>["signIn"]>[1];

const nothing: SignInRequest = {
  areaCode: "",
  phoneNumber: "",
  email: "",
  account: "",
  password: "",
  verifyCode: "",
  platform: 5,
  deviceID: "",
  ip: "",
};

export const newcomer = (
  user: Partial<RegisterUserInfo>,
): RegisterUserInfo => ({
  userID: "",
  nickname: "Al",
  faceURL: "",
  birth: 0,
  gender: 0,
  areaCode: "",
  phoneNumber: "",
  email: "",
  account: "",
  password: "secret",
  RegisterType: 0,
  ...user,
});

export const applicant = (
  user: Partial<RegisterUserInfo>,
  more: Partial<Omit<Applicant, "user">> = {},
): Applicant => ({
  user: newcomer(user),
  address: "1.2.3.4",
  deviceID: "",
  platformID: 5,
  isByAdministrator: false,
  verifyCode: "666666",
  invitationCode: "",
  ...more,
});

/** An IM server that remembers who it was told of. */
function createStandIn() {
  const users = new Set<string>();
  const signedOut: string[] = [];
  const profiles: { userID: string; nickname: string; faceURL: string }[] = [];
  let failure: Error | undefined;
  const server = {
    findRegistered: (_operationID: string, userIDs: readonly string[]) =>
      Promise.resolve(new Set(userIDs.filter((each) => users.has(each)))),
    async registerUsers(
      _operationID: string,
      profiles: readonly { userID: string }[],
    ) {
      await Promise.resolve();
      if (failure) throw failure;
      if (profiles.some(({ userID }) => users.has(userID)))
        throw errors.registeredAlready();
      for (const { userID } of profiles) users.add(userID);
    },
    userToken: (_operationID: string, userID: string) =>
      Promise.resolve(`token of ${userID}`),
    forceLogout(_operationID: string, userID: string) {
      signedOut.push(userID);
      return Promise.resolve();
    },
    updateProfile(_operationID: string, profile: (typeof profiles)[number]) {
      profiles.push(profile);
      return Promise.resolve();
    },
  } as unknown as IMClient;
  return {
    server,
    users,
    signedOut,
    profiles,
    /** Makes later registrations fail with this error; undefined: they succeed again. */
    refuseWith: (error: Error | undefined) => void (failure = error),
  };
}

/** Codes that were sent, newest last, by where they went. */
export function createMailbox() {
  const sent: { to: string; code: string }[] = [];
  const send = (to: string, code: string) => {
    sent.push({ to, code });
    return Promise.resolve();
  };
  const channels: CodeChannels = {
    phone: { mode: "send", send },
    mail: { mode: "send", send },
  };
  const newest = (to: string) =>
    sent.findLast((each) => each.to === to)?.code ?? "";
  return { channels, newest };
}
