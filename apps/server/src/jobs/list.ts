import type { Job } from "./jobs.ts";

export interface JobSettings {
  /** Days; 0 keeps messages for good. */
  retainChatRecords: number;
  /** Days; 0 keeps objects for good. */
  fileExpireTime: number;
  deleteObjectType: readonly string[];
}

export interface JobListDeps {
  settings: JobSettings;
  removeOldMessages(before: number, signal: AbortSignal): Promise<number>;
  destructMessages(operationID: string, signal: AbortSignal): Promise<number>;
  removeAbandonedUploads(olderThan: number): Promise<number>;
  removeOutdatedObjects(
    before: number,
    causes: readonly string[],
    limit: number,
  ): Promise<number>;
  removeOldClientLogs(before: number, limit: number): Promise<number>;
  removeOldPushReasons(signal: AbortSignal): Promise<number>;
  removeExpiredOfAccounts(signal: AbortSignal): Promise<number>;
  now: () => number;
}

const dayMs = 86_400_000;
/** Nobody can go on with an upload that is older. */
const uploadMs = 7 * dayMs;
/** Removed before others have their turn. */
const atOnce = 100;
/** Purpose of uploaded client logs. */
const clientLogCause = "sdklog";

/** Nightly jobs (docs/configuration.md), and the sweep of uploads. */
export function listJobs(deps: JobListDeps): Job[] {
  const { settings, now } = deps;
  const ago = (days: number) => now() - days * dayMs;
  return [
    {
      name: "message retention",
      run: async (signal) =>
        settings.retainChatRecords === 0
          ? 0
          : deps.removeOldMessages(ago(settings.retainChatRecords), signal),
    },
    {
      name: "message destruct",
      run: (signal) => deps.destructMessages(`cron_user_msg_${now()}`, signal),
    },
    {
      name: "abandoned uploads",
      run: () => deps.removeAbandonedUploads(now() - uploadMs),
    },
    {
      name: "outdated objects",
      async run(signal) {
        const { fileExpireTime, deleteObjectType } = settings;
        if (fileExpireTime === 0) return 0;
        return removeAll(signal, (limit) =>
          deps.removeOutdatedObjects(
            ago(fileExpireTime),
            deleteObjectType,
            limit,
          ),
        );
      },
    },
    {
      // A row without its file is of no use to anybody.
      name: "outdated client logs",
      async run(signal) {
        const { fileExpireTime, deleteObjectType } = settings;
        if (fileExpireTime === 0 || !deleteObjectType.includes(clientLogCause))
          return 0;
        return removeAll(signal, (limit) =>
          deps.removeOldClientLogs(ago(fileExpireTime), limit),
        );
      },
    },
    {
      name: "old push reasons",
      run: (signal) => deps.removeOldPushReasons(signal),
    },
    {
      name: "expired codes and tokens of accounts",
      run: (signal) => deps.removeExpiredOfAccounts(signal),
    },
  ];
}

/** A piece at a time, until there is no more. */
async function removeAll(
  signal: AbortSignal,
  remove: (limit: number) => Promise<number>,
): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const count = await remove(atOnce);
    removed += count;
    if (count < atOnce) break;
  }
  return removed;
}
