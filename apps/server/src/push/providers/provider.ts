import type { PushToken } from "../tokens.ts";

/** One notification, as every provider gets it. */
export interface PushText {
  title: string;
  body: string;
  /** Data for the app, as the sender gave it. */
  ex: string;
  /** A sound the sender named; "" is none. */
  sound: string;
  /** The number on the icon goes up by one. */
  raisesBadge: boolean;
  clientMsgID: string;
  conversationID: string;
  operationID: string;
}

/** A device and what its icon is to say. */
export interface Device extends PushToken {
  badge: number;
}

/** Users who did not get the push, and the provider's answer. */
export interface Unsent {
  userIDs: readonly string[];
  detail: string;
  /** Token that the provider reported as unknown, to be deleted. */
  goneToken?: PushToken;
  /** true: the provider was unreachable, so retry later. */
  isAway?: boolean;
}

/** Knows users by their ids: the app registers itself there under its user's. */
export interface UserProvider {
  readonly name: string;
  /** Returns the failed pushes; throws PushFailed if all failed. */
  pushToUsers(text: PushText, userIDs: readonly string[]): Promise<Unsent[]>;
}

/** Knows devices by the tokens that their apps gave us. */
export interface DeviceProvider {
  readonly name: string;
  /** Returns whether the token belongs to this provider. */
  takes(token: PushToken): boolean;
  /** A device that has the message by its connection is left alone. */
  readonly sparesConnected: boolean;
  readonly hasBadges: boolean;
  /** Answers what did not go; throws PushFailed if nothing did. */
  pushToDevices(text: PushText, devices: readonly Device[]): Promise<Unsent[]>;
  close?(): void;
}

export type Provider = UserProvider | DeviceProvider;

/** The provider refused, or gave no answer. The message holds no secret. */
export class PushFailed extends Error {
  override readonly name: string = "PushFailed";
}

/**
 * The provider is down or asked to retry later: other calls need not try now.
 */
export class Away extends PushFailed {
  override readonly name = "Away";
  /** 0: it did not say. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export const unsentOf = (
  error: PushFailed,
  userIDs: readonly string[],
): Unsent => ({
  userIDs,
  detail: error.message,
  isAway: error instanceof Away,
});

/** Runs one call for each device and answers what went wrong with whom. */
export async function pushToEach(
  devices: readonly Device[],
  pushOne: (device: Device) => Promise<Unsent | undefined>,
): Promise<Unsent[]> {
  const unsent = await Promise.all(
    devices.map(async (device) => {
      try {
        return await pushOne(device);
      } catch (error) {
        if (!(error instanceof PushFailed)) throw error;
        return unsentOf(error, [device.userID]);
      }
    }),
  );
  return unsent.filter((each) => each !== undefined);
}
