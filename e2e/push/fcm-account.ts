import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Writes an account file into the folder, and returns the environment of a server
 * that pushes by FCM with it, to a provider at `url`.
 */
export function fcmEnvironment(
  folder: string,
  { url }: { url: string },
): Record<string, string> {
  const file = path.join(folder, "account.json");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(
    file,
    JSON.stringify({
      project_id: "p",
      client_email: "push@p",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${url}/token`,
    }),
  );
  return {
    PARLEY_PUSH_ENABLE: "fcm",
    PARLEY_PUSH_FCM_FILE_PATH: file,
    PARLEY_PUSH_FCM_URL: url,
  };
}
