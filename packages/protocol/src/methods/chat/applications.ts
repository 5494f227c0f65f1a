import {
  AppletFindResp,
  ApplicationLatestVersionReq,
  ApplicationLatestVersionResp,
  ApplicationPageVersionsReq,
  ApplicationPageVersionsResp,
} from "../../chat/accounts.ts";
import {
  AppletAddReq,
  AppletDelReq,
  AppletSearchReq,
  AppletSearchResp,
  AppletUpdateReq,
  ApplicationAddVersionReq,
  ApplicationDeleteVersionReq,
  ApplicationUpdateVersionReq,
  ClientConfigDelReq,
  ClientConfigSetReq,
} from "../../chat/applications.ts";
import { ClientConfigGetResp } from "../../chat/shared.ts";
import { EmptyReq } from "../../rest-types.ts";
import {
  administrator,
  anybody,
  method,
  nothing,
  signedIn,
} from "../../method.ts";

const all = "All of them or none.";

export const AppletFind = method("/applet/find", EmptyReq, AppletFindResp, {
  access: signedIn,
  kind: "read",
  words: ["List published applets"],
});

export const ClientConfigGet = method(
  "/client_config/get",
  EmptyReq,
  ClientConfigGetResp,
  {
    access: anybody,
    kind: "read",
    words: [
      "Get the configuration for applications",
      "`needInvitationCodeRegister` means that registration requires an invitation code.",
    ],
  },
);

export const ApplicationLatestVersion = method(
  "/application/latest_version",
  ApplicationLatestVersionReq,
  ApplicationLatestVersionResp,
  {
    access: anybody,
    kind: "read",
    words: [
      "Get the latest version of an application",
      "Returns the newest version marked as latest, else the newest of all; `version` is null if the platform has none.",
    ],
  },
);

export const ApplicationPageVersions = method(
  "/application/page_versions",
  ApplicationPageVersionsReq,
  ApplicationPageVersionsResp,
  {
    access: anybody,
    kind: "read",
    words: [
      "List versions of applications",
      "The latest first; without platforms, all platforms.",
    ],
  },
);

export const AppletAdd = method("/applet/add", AppletAddReq, nothing, {
  access: administrator,
  kind: "create",
  words: ["Add an applet"],
  codes: [1003],
});

export const AppletDel = method("/applet/del", AppletDelReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Delete applets", all],
});

export const AppletUpdate = method("/applet/update", AppletUpdateReq, nothing, {
  access: administrator,
  kind: "change",
  words: ["Change an applet"],
  codes: [1004],
});

export const AppletSearch = method(
  "/applet/search",
  AppletSearchReq,
  AppletSearchResp,
  {
    access: administrator,
    kind: "read",
    words: ["Search applets", "By a part of the name, an id or the version."],
  },
);

export const AdminClientConfigGet = method(
  "/client_config/get",
  EmptyReq,
  ClientConfigGetResp,
  {
    access: administrator,
    kind: "read",
    words: ["Get the configuration for applications"],
  },
);

export const ClientConfigSet = method(
  "/client_config/set",
  ClientConfigSetReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Change the configuration for applications",
      "Other keys do not change. `needInvitationCodeRegister` with 1, true or yes makes registration require an invitation code.",
    ],
  },
);

export const ClientConfigDel = method(
  "/client_config/del",
  ClientConfigDelReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Remove entries of the configuration for applications"],
  },
);

export const ApplicationAddVersion = method(
  "/application/add_version",
  ApplicationAddVersionReq,
  nothing,
  {
    access: administrator,
    kind: "create",
    words: ["Add a version of an application"],
    codes: [1003],
  },
);

export const ApplicationUpdateVersion = method(
  "/application/update_version",
  ApplicationUpdateVersionReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Change a version of an application"],
    codes: [1003, 1004],
  },
);

export const ApplicationDeleteVersion = method(
  "/application/delete_version",
  ApplicationDeleteVersionReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Delete versions of applications"],
  },
);
