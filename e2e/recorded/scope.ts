/** Recordings of what Parley does not do yet. */
interface LeftOut {
  readonly reason: string;
  /** Scenarios; one that ends in "/" stands for its whole folder. */
  readonly files: readonly string[];
}

/**
 * Every other scenario has to pass. Who builds one of these takes its line
 * away, so that it has to pass from then on.
 */
export const leftOut: readonly LeftOut[] = [
  {
    reason: "no chat service: accounts, sign-up and their administration",
    files: [
      "chat/admin-accounts.json",
      "chat/admin-add-user.json",
      "chat/admin-allow-register.json",
      "chat/admin-block.json",
      "chat/admin-config.json",
      "chat/admin-default-friend.json",
      "chat/admin-default-group.json",
      "chat/admin-import.json",
      "chat/admin-import-xlsx.json",
      "chat/admin-invitation-register.json",
      "chat/admin-ip-forbidden-effect.json",
      "chat/admin-login.json",
      "chat/admin-statistics.json",
      "chat/admin-user-ip.json",
      "chat/admin-user-password.json",
      "chat/callback.json",
      "chat/code.json",
      "chat/friend-search.json",
      "chat/http.json",
      "chat/login.json",
      "chat/password-change.json",
      "chat/password-reset.json",
      "chat/register.json",
      "chat/register-email.json",
      "chat/register-invalid.json",
      "chat/register-odd.json",
      "chat/rtc.json",
      "chat/signup-app.json",
      "chat/signup-web.json",
      "chat/user-find.json",
      "chat/user-search.json",
      "chat/user-update.json",
      "chat/user-update-login-ways.json",
    ],
  },
];

/**
 * Recordings that change for a while what holds for everybody, such as who may
 * register at all. Each gets a server of its own.
 */
export const changeAll: ReadonlySet<string> = new Set([
  "chat/admin-allow-register.json",
  "chat/admin-default-friend.json",
  "chat/admin-default-group.json",
  "chat/admin-invitation-register.json",
  "chat/admin-ip-forbidden-effect.json",
  "chat/admin-statistics.json",
]);

/** Why the scenario does not have to pass; undefined if it has to. */
export function reasonLeftOut(name: string): string | undefined {
  return leftOut.find(({ files }) => files.some((file) => covers(file, name)))
    ?.reason;
}

/** Whether an entry of `files` means the scenario. */
export function covers(file: string, name: string): boolean {
  return file.endsWith("/") ? name.startsWith(file) : name === file;
}
