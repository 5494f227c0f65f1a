import { PlatformID, platformClass } from "@parley/protocol/platforms";

/**
 * Decides which sign-ins of a user may coexist
 * (docs/wire/sign-in.md#a-new-connection). Policy 0: all; 1: one per platform;
 * 4: one per class of platforms; 5: any number on PCs and one elsewhere.
 */
export interface LoginPolicy {
  policy: 0 | 1 | 4 | 5;
  /** Policy 0: most tokens per platform, the new one included. */
  maxNumOneEnd: number;
}

interface OnPlatform {
  platformID: number;
}

const isPC = ({ platformID }: OnPlatform): boolean =>
  platformClass(platformID) === "PC";

const classOf = ({ platformID }: OnPlatform): string =>
  platformClass(platformID) ?? `platform ${platformID}`;

/**
 * Returns the tokens that a new token kicks (docs/wire/sign-in.md#a-new-token).
 * `tokens` are the user's valid ones in order of creation; administrators'
 * tokens never count.
 */
export function tokensKickedByToken<Token extends OnPlatform>(
  { policy, maxNumOneEnd }: LoginPolicy,
  tokens: readonly Token[],
  platformID: number,
): Token[] {
  const others = tokens.filter((each) => each.platformID !== PlatformID.Admin);
  const fresh = { platformID };
  switch (policy) {
    case 0:
      return excess(
        others,
        (each) => String(each.platformID),
        (group) =>
          group === String(platformID) ? maxNumOneEnd - 1 : maxNumOneEnd,
      );
    case 1:
      return excess(
        others,
        (each) => String(each.platformID),
        (group) => (group === String(platformID) ? 0 : 1),
      );
    case 4:
      return excess(others, classOf, (group) =>
        group === classOf(fresh) ? 0 : 1,
      );
    case 5: {
      const elsewhere = others.filter((each) => !isPC(each));
      if (!isPC(fresh)) return elsewhere;
      const kept =
        elsewhere.findLast((each) => each.platformID === PlatformID.Android) ??
        elsewhere.at(-1);
      return elsewhere.filter((each) => each !== kept);
    }
  }
}

/** The oldest of each group, beyond the number that it may keep. */
function excess<Token>(
  tokens: readonly Token[],
  groupOf: (token: Token) => string,
  mayKeep: (group: string) => number,
): Token[] {
  const left = new Map<string, number>();
  const kicked: Token[] = [];
  for (const token of tokens.toReversed()) {
    const group = groupOf(token);
    const count = left.get(group) ?? Math.max(0, mayKeep(group));
    if (count === 0) kicked.push(token);
    left.set(group, Math.max(0, count - 1));
  }
  return kicked.reverse();
}

/**
 * Returns the sessions that a new session closes
 * (docs/wire/sign-in.md#a-new-connection). Sessions of the same token stay,
 * because a reconnect may arrive before the end of the old connection.
 */
export function sessionsKickedBySession<
  Session extends OnPlatform & { token: string },
>(
  { policy }: LoginPolicy,
  sessions: readonly Session[],
  fresh: Session,
): Session[] {
  const others = sessions.filter(({ token }) => token !== fresh.token);
  switch (policy) {
    case 0:
      return [];
    case 1:
      return others.filter((each) => each.platformID === fresh.platformID);
    case 4:
      return others.filter((each) => classOf(each) === classOf(fresh));
    case 5:
      return isPC(fresh) ? [] : others.filter((each) => !isPC(each));
  }
}

/**
 * Tells of a stored token whether a new session ends it
 * (docs/wire/sign-in.md#a-new-connection): of who is not connected, too, but for
 * policy 4. `others` are the user's other sessions.
 */
export function endsToken<Session extends OnPlatform & { token: string }>(
  policy: LoginPolicy,
  others: readonly Session[],
  fresh: Session,
): (stored: OnPlatform & { token: string }) => boolean {
  const isSame = ({ platformID }: OnPlatform): boolean =>
    platformID === fresh.platformID;
  switch (policy.policy) {
    case 0:
      return () => false;
    case 1:
      return others.some(isSame) ? isSame : () => false;
    case 4: {
      const kicked = sessionsKickedBySession(policy, others, fresh);
      return ({ token }) => kicked.some((each) => each.token === token);
    }
    case 5:
      return isPC(fresh) ? () => false : isSame;
  }
}
