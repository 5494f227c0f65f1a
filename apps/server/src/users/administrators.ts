import type { Transact } from "../storage/writer.ts";
import { findUsers, insertUsers, updateUser } from "./store.ts";

export interface IMAdministrator {
  userID: string;
  nickname: string;
}

/** COMPAT: what OpenIM's clients see of accounts made at start: the year 1. */
export const madeAtStart = -62_135_596_800_000;

/** Level of an administrator of the whole server (docs/wire/rest.md#roles). */
const administratorLevel = 2;

/**
 * Makes the configured administrators who are missing, and gives the others
 * their configured nickname; their level stays. To be called at start, before
 * anybody reads users: caches are not told.
 */
export async function ensureAdministrators(
  transact: Transact,
  administrators: readonly IMAdministrator[],
): Promise<void> {
  await transact(async (tx) => {
    for (const { userID, nickname } of administrators) {
      const [known] = await findUsers(tx.db, [userID]);
      if (!known)
        await insertUsers(tx, [
          {
            userID,
            nickname,
            faceURL: "",
            ex: "",
            createTime: madeAtStart,
            appMangerLevel: administratorLevel,
            globalRecvMsgOpt: 0,
          },
        ]);
      else if (known.nickname !== nickname)
        await updateUser(tx, userID, { nickname });
    }
  });
}
