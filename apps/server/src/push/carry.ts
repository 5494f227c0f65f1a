import { takesPushes } from "../delivery/delivery.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import { nextTurn } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Badges } from "./badges.ts";
import { PushFailed, unsentOf } from "./providers/provider.ts";
import type {
  Device,
  DeviceProvider,
  Provider,
  PushText,
  Unsent,
  UserProvider,
} from "./providers/provider.ts";
import type { PushToken, PushTokens } from "./tokens.ts";
import type { Reason } from "./unsent.ts";

export type RecordUnsent = (
  reason: Reason,
  userIDs: readonly string[],
  more?: { provider?: string; detail?: string },
) => void;

/** Receivers to retry after a provider was unreachable. */
export interface Untold {
  provider: string;
  userIDs: readonly string[];
}

/**
 * Takes a text to everybody by every provider that is on; or `again`, to those whom it
 * did not reach. Returns whom it did not reach because somebody was away.
 */
export type Carry = (
  text: PushText,
  userIDs: readonly string[],
  record: RecordUnsent,
  again?: readonly Untold[],
) => Promise<Untold[]>;

export interface CarryDeps {
  providers: readonly Provider[];
  tokens: Pick<PushTokens, "list" | "forget">;
  badges: Pick<Badges, "list" | "raise">;
  sessions: Pick<AllSessions, "of">;
  /** Counts the users or devices for which a provider accepted the push. */
  sent(provider: string, count: number): void;
  /** A call of a provider failed. */
  failed(provider: string, detail: string): void;
}

interface Outcome {
  record: RecordUnsent;
  untold: Untold[];
}

/** Their tokens are read before others have their turn. */
const usersAtOnce = 250;

export function createCarry(deps: CarryDeps): Carry {
  const byUser = deps.providers.filter((each) => "pushToUsers" in each);
  const byDevice = deps.providers.filter((each) => "pushToDevices" in each);

  /**
   * Returns the failed receivers, whether the provider returned or threw them.
   */
  async function run(
    push: Promise<Unsent[]>,
    userIDs: readonly string[],
  ): Promise<Unsent[]> {
    try {
      return await push;
    } catch (error) {
      if (!(error instanceof PushFailed)) throw error;
      return [unsentOf(error, userIDs)];
    }
  }

  async function finish(
    provider: string,
    count: number,
    unsent: readonly Unsent[],
    { record, untold }: Outcome,
  ): Promise<void> {
    const away = unsent.flatMap(({ isAway, userIDs }) =>
      isAway ? userIDs : [],
    );
    if (away.length > 0) untold.push({ provider, userIDs: [...new Set(away)] });
    let missed = 0;
    // Away for one is away for all: one row, not one for each device.
    const byDetail = new Map<string, string[]>();
    for (const { userIDs, detail, goneToken } of unsent) {
      missed += userIDs.length;
      deps.failed(provider, detail);
      if (goneToken) {
        await deps.tokens.forget(goneToken);
        record("tokenGone", userIDs, { provider, detail });
        continue;
      }
      const same = byDetail.get(detail);
      if (same) same.push(...userIDs);
      else byDetail.set(detail, [...userIDs]);
    }
    for (const [detail, userIDs] of byDetail)
      record("providerError", userIDs, { provider, detail });
    if (count > missed) deps.sent(provider, count - missed);
  }

  async function carryToUsers(
    provider: UserProvider,
    text: PushText,
    userIDs: readonly string[],
    outcome: Outcome,
  ): Promise<void> {
    const push = provider.pushToUsers(text, userIDs);
    const unsent = await run(push, userIDs);
    await finish(provider.name, userIDs.length, unsent, outcome);
  }

  const isConnected = ({ userID, platformID }: PushToken): boolean =>
    deps.sessions
      .of(userID)
      .some((each) => each.platformID === platformID && takesPushes(each));

  async function carryToDevices(
    provider: DeviceProvider,
    text: PushText,
    tokens: readonly PushToken[],
    badges: ReadonlyMap<string, number>,
    outcome: Outcome,
  ): Promise<void> {
    const devices: Device[] = tokens
      .filter((token) => !(provider.sparesConnected && isConnected(token)))
      .map((token) => ({
        ...token,
        // COMPAT: 1 for users who never set it (docs/push.md).
        badge: Math.max(0, badges.get(token.userID) ?? 1),
      }));
    if (devices.length === 0) return;
    const userIDs = [...new Set(devices.map(({ userID }) => userID))];
    const unsent = await run(provider.pushToDevices(text, devices), userIDs);
    await finish(provider.name, devices.length, unsent, outcome);
  }

  /** Returns the users without a device. */
  async function carryToDevicesOf(
    text: PushText,
    userIDs: readonly string[],
    outcome: Outcome,
    providers: readonly DeviceProvider[],
  ): Promise<string[]> {
    const tokens = await deps.tokens.list(userIDs);
    const taken = providers.map((provider) => ({
      provider,
      tokens: tokens.filter((token) => provider.takes(token)),
    }));
    const reachable = new Set<string>();
    const withBadge = new Set<string>();
    for (const { provider, tokens } of taken)
      for (const { userID } of tokens) {
        reachable.add(userID);
        if (provider.hasBadges) withBadge.add(userID);
      }
    const badges =
      withBadge.size === 0
        ? new Map<string, number>()
        : text.raisesBadge
          ? await deps.badges.raise([...withBadge])
          : await deps.badges.list([...withBadge]);
    await Promise.all(
      taken.map(({ provider, tokens }) =>
        carryToDevices(provider, text, tokens, badges, outcome),
      ),
    );
    return userIDs.filter((userID) => !reachable.has(userID));
  }

  async function carryToEveryDevice(
    text: PushText,
    userIDs: readonly string[],
    outcome: Outcome,
    providers: readonly DeviceProvider[] = byDevice,
  ): Promise<void> {
    if (providers.length === 0) return;
    const withoutDevice: string[] = [];
    for (const some of chunksOf(userIDs, usersAtOnce)) {
      withoutDevice.push(
        ...(await carryToDevicesOf(text, some, outcome, providers)),
      );
      await nextTurn();
    }
    // A provider that reaches users by userID may reach apps without a token.
    if (byUser.length === 0) outcome.record("noToken", withoutDevice);
  }

  /** The number on the icon went up the first time. */
  async function carryAgain(
    text: PushText,
    again: readonly Untold[],
    outcome: Outcome,
  ): Promise<void> {
    const later = { ...text, raisesBadge: false };
    for (const { provider: name, userIDs } of again) {
      const isMeant = (each: Provider) => each.name === name;
      for (const each of byUser.filter(isMeant))
        await carryToUsers(each, later, userIDs, outcome);
      await carryToEveryDevice(
        later,
        userIDs,
        outcome,
        byDevice.filter(isMeant),
      );
    }
  }

  return async (text, userIDs, record, again) => {
    const outcome: Outcome = { record, untold: [] };
    if (again) await carryAgain(text, again, outcome);
    else
      await Promise.all([
        ...byUser.map((each) => carryToUsers(each, text, userIDs, outcome)),
        carryToEveryDevice(text, userIDs, outcome),
      ]);
    return outcome.untold;
  };
}
