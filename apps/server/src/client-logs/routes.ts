import { errors } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import {
  DeleteLogs,
  SearchLogs,
  UploadLogs,
} from "@parley/protocol/methods/client-logs";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { toPage } from "../storage/page.ts";
import type { ClientLogs, WantedLogs } from "./client-logs.ts";

export const clientLogRoutes = (logs: ClientLogs): Route[] => [
  route(UploadLogs, {
    check({ fileURLs }) {
      if (fileURLs.length === 0) throw errors.args("fileURLs is empty");
    },
    async handle({ cause: { actor } }, { platform, fileURLs, ...about }) {
      const { appFramework, version, ex } = about;
      await logs.add(
        actor.userID,
        fileURLs.map(({ filename, URL: url }) => ({
          platform: platformName(platform) ?? "",
          filename,
          url,
          appFramework,
          version,
          ex,
        })),
      );
    },
  }),
  route(SearchLogs, {
    handle(_call, { keyword, startTime, endTime, pagination }) {
      const between = toSpan(startTime, endTime);
      return logs.search({ keyword, between }, toPage(pagination));
    },
  }),
  route(DeleteLogs, {
    async handle(_call, { logIDs }) {
      if (logIDs.length === 0) throw errors.args("logIDs is empty");
      await logs.delete(logIDs);
    },
  }),
];

function toSpan(start: number, end: number): WantedLogs["between"] {
  if (start > end) throw errors.args("startTime is after endTime");
  return start === 0 && end === 0 ? null : { start, end };
}
