import type { Line } from "./words-line.ts";

const names =
  "Names begin with the caller's id and a slash; administrators may take others.";

const manager =
  "Where the setting configManager is on; elsewhere refused with 500.";

/** The chat service has these, too. */
export const configLines: Readonly<Record<string, Line>> = {
  "/config/get_config_list": [
    "admin",
    "List the configuration's files",
    [1002],
  ],
  "/config/get_config": [
    "admin",
    "Read one of the configuration's files",
    [1002],
    "As text that holds JSON; secrets are masked.",
  ],
  "/config/set_config": ["admin", "Change the configuration", [1002], manager],
  "/config/set_enable_config_manager": [
    "admin",
    "Switch between changed settings and those of the file",
    [1002],
    manager,
  ],
  "/config/get_enable_config_manager": [
    "admin",
    "Ask whether changed settings are in effect",
    [1002],
  ],
  "/config/reset_config": [
    "admin",
    "Go back to the settings of the file",
    [1002],
    manager,
  ],
  "/restart": ["admin", "Restart the server", [1002], manager],
};

export const words: Readonly<Record<string, Line>> = {
  "/object/part_limit": ["user", "Get the bounds of parts of uploads", []],
  "/object/part_size": ["user", "Get the size of parts for a file", []],
  "/object/initiate_multipart_upload": [
    "user",
    "Begin an upload",
    [1002],
    `Answers where to put each part; or, when a file with this hash is known, its address. ${names}`,
  ],
  "/object/auth_sign": [
    "user",
    "Get addresses for more parts of an upload",
    [1002],
  ],
  "/object/complete_multipart_upload": [
    "user",
    "Finish an upload",
    [1002],
    `With the MD5 of each part, in order. ${names}`,
  ],
  "/object/access_url": [
    "user",
    "Get the address of a file",
    [1004],
    "With width and height in `query` that of a smaller picture.",
  ],
  "/object/initiate_form_data": [
    "user",
    "Begin an upload from a form",
    [1002],
    `Answers the address and the fields of the form. ${names}`,
  ],
  "/object/complete_form_data": [
    "user",
    "Finish an upload from a form",
    [1002, 90007],
  ],
  "/third/fcm_update_token": [
    "self",
    "Tell where a device gets its pushes",
    [1002],
    "One token for each platform: FCM's, APNs's (64 or more hex digits), or for a browser the JSON of its push subscription.",
  ],
  "/third/set_app_badge": [
    "self",
    "Tell the number on the application's icon",
    [1002],
    "Pushes count on from it.",
  ],
  "/push/get_web_push_key": [
    "user",
    "Get the key that a browser subscribes to pushes with",
    [],
    "Empty while push.enable does not name webpush.",
  ],
  "/push/explain_unsent": [
    "admin",
    "Ask why a message was not pushed",
    [1002],
    "By serverMsgID or clientMsgID, and of one user if userID is given.",
  ],
  "/third/logs/upload": [
    "user",
    "Tell of log files that a client uploaded",
    [90007],
  ],
  "/third/logs/search": ["admin", "Search log files of clients", [1002]],
  "/third/logs/delete": ["admin", "Delete entries of log files", [1002, 1004]],
  "/statistics/user/register": [
    "admin",
    "Count registered users, day by day",
    [1002],
  ],
  "/statistics/user/active": ["admin", "List the users who wrote most", [1002]],
  "/statistics/group/create": [
    "admin",
    "Count created groups, day by day",
    [1002],
  ],
  "/statistics/group/active": [
    "admin",
    "List the groups with most messages",
    [1002],
  ],
  ...configLines,
};
