import { BlockList, isIP } from "node:net";

/** Where clients really are, behind proxies or not. */
export interface ClientAddresses {
  /** The client's own address, as far as the proxies before us are believed. */
  addressOf(remote: string, headers: Headers): string;
  /**
   * What one person has to themselves: an IPv4 address, or an IPv6 network.
   * undefined: it may well be many, who must not suffer for one another.
   */
  neighborhoodOf(address: string): string | undefined;
}

/** Addresses that nobody on the internet has. */
const localRanges = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "100.64.0.0/10",
  "::1",
  "fc00::/7",
  "fe80::/10",
];

/** Addresses or ranges (10.0.0.0/8) whose X-Forwarded-For is believed. */
export function readClientAddresses(
  trustedProxies: readonly string[],
): ClientAddresses {
  const trusted = blockListOf(trustedProxies);
  const local = blockListOf(localRanges);

  return {
    addressOf(remote, headers) {
      let address = withoutMapping(remote);
      const passed = (headers.get("x-forwarded-for") ?? "").split(",");
      // The nearest comes last; what is before one that we do not know may
      // be anybody's invention.
      while (has(trusted, address) && passed.length > 0) {
        const before = passed.pop()?.trim() ?? "";
        if (isIP(before) === 0) break;
        address = withoutMapping(before);
      }
      return address;
    },

    neighborhoodOf(address) {
      const version = isIP(address);
      // A proxy that does not say whom it serves, or that nobody named to us,
      // stands for everybody behind it.
      if (version === 0 || has(trusted, address) || has(local, address))
        return undefined;
      return version === 4 ? address : `${networkOf(address)}::/64`;
    },
  };
}

/** Throws for what is neither an address nor a range. */
export function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...more] = entry.split("/");
    const version = isIP(address);
    const prefix = bits === undefined ? undefined : Number(bits);
    const longest = version === 4 ? 32 : 128;
    if (
      version === 0 ||
      more.length > 0 ||
      (prefix !== undefined &&
        !(Number.isInteger(prefix) && prefix >= 0 && prefix <= longest))
    )
      throw new Error(`'${entry}' is no address and no range like 10.0.0.0/8`);
    const family = `ipv${version as 4 | 6}` as const;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, prefix, family);
  }
  return list;
}

function has(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, `ipv${version as 4 | 6}`);
}

/** A socket that listens for both versions shows 1.2.3.4 as ::ffff:1.2.3.4. */
const withoutMapping = (address: string): string => {
  const [, short = ""] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  return isIP(short) === 4 ? short : address;
};

/** The first half of an IPv6 address: whoever has one has all of the second. */
function networkOf(address: string): string {
  const [before = "", after] = address.split("%")[0]?.split("::") ?? [];
  const head = before === "" ? [] : before.split(":");
  // The last part may be an IPv4 address, which counts for two.
  const tail = (after ?? "").split(":").filter((part) => part !== "");
  const length = tail.length + (tail.at(-1)?.includes(".") ? 1 : 0);
  const groups =
    after === undefined
      ? head
      : [
          ...head,
          ...Array<string>(8 - head.length - length).fill("0"),
          ...tail,
        ];
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":");
}
