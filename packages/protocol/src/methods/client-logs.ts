import {
  DeleteLogsReq,
  SearchLogsReq,
  SearchLogsResp,
  UploadLogsReq,
} from "../generated/third.ts";
import { administrator, method, nothing, signedIn } from "../method.ts";

export const UploadLogs = method("/third/logs/upload", UploadLogsReq, nothing, {
  access: signedIn,
  kind: "change",
  words: ["Register log files that a client uploaded"],
  codes: [90007],
});

export const SearchLogs = method(
  "/third/logs/search",
  SearchLogsReq,
  SearchLogsResp,
  {
    access: administrator,
    kind: "read",
    words: ["Search log files of clients"],
    codes: [1002],
  },
);

export const DeleteLogs = method("/third/logs/delete", DeleteLogsReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Delete entries of log files"],
  codes: [1002, 1004],
});
