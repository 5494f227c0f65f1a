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
  removeOldPushReasons(signal: AbortSignal): Promise<number>;
  now: () => number;
}

const dayMs = 86_400_000;
/** Nobody can go on with an upload that is older. */
const uploadMs = 7 * dayMs;
/** Objects removed before others have their turn. */
const objectsAtOnce = 100;

/** What runs every night (config.md §4), and the sweep of uploads. */
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
        let removed = 0;
        while (!signal.aborted) {
          const count = await deps.removeOutdatedObjects(
            ago(fileExpireTime),
            deleteObjectType,
            objectsAtOnce,
          );
          removed += count;
          if (count < objectsAtOnce) break;
        }
        return removed;
      },
    },
    {
      name: "old push reasons",
      run: (signal) => deps.removeOldPushReasons(signal),
    },
  ];
}
