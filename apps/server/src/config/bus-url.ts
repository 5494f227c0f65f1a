/** The addresses of NATS servers, and the credentials of this node. */
export interface BusAddress {
  /** host:port; of one cluster of NATS, of which any will do. */
  servers: readonly string[];
  isEncrypted: boolean;
  user?: string;
  password?: string;
  token?: string;
  /** The URL for logs, without password and token. */
  shown: string;
}

const busURLForm =
  "nats://user:password@host:4222 (or tls://…), several with commas between them";

const schemes = ["nats:", "tls:"];

/**
 * Reads nats://user:password@host:4222, or several with commas between them.
 * Throws an error that says what is wrong, without the secrets in it.
 */
export function readBusURL(text: string): BusAddress {
  const urls = text.split(",").map((each) => parse(each.trim(), text));
  const [first, ...others] = urls;
  if (!first) throw new Error(`has not the form of ${busURLForm}`);
  for (const { protocol, username, password } of others) {
    if (protocol !== first.protocol)
      throw new Error("has nats:// and tls://: all servers need the same");
    // Those without any sign in as the first says.
    const isOther = username !== first.username || password !== first.password;
    if (username !== "" && isOther)
      throw new Error(
        "has different users or passwords: a node signs in to all servers of a bus as the same user",
      );
  }
  const isEncrypted = first.protocol === "tls:";
  const user = decodeURIComponent(first.username);
  const password = decodeURIComponent(first.password);
  const servers = urls.map((url) => `${url.hostname}:${url.port || "4222"}`);
  return {
    servers,
    isEncrypted,
    // NATS calls a name without a password a token.
    ...(user !== "" &&
      (password === "" ? { token: user } : { user, password })),
    shown: servers.map((server) => `${first.protocol}//${server}`).join(","),
  };
}

function parse(text: string, whole: string): URL {
  // Those that follow may leave the scheme out.
  const scheme = /^\w+:\/\//.exec(whole.trim())?.[0] ?? "";
  const full = text.includes("://") ? text : scheme + text;
  let url: URL;
  try {
    url = new URL(full);
    decodeURIComponent(url.username + url.password);
  } catch {
    throw new Error(
      `has not the form of ${busURLForm}; in user and password, signs such as @ : / , % are written as %40 %3A %2F %2C %25`,
    );
  }
  if (!schemes.includes(url.protocol) || url.hostname === "")
    throw new Error(`has not the form of ${busURLForm}`);
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "")
    throw new Error(
      `has something after the port of ${url.hostname}: it needs the form of ${busURLForm}`,
    );
  return url;
}
