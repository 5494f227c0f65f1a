import { isIP } from "node:net";
import type { BlockList } from "node:net";

import { blockListOf } from "../config/address-ranges.ts";
import { isLoopback } from "../config/loopback.ts";

/** The address of requests that this process makes of itself: nobody outside has it. */
export const ownProcess = "this process";

/** Finds clients' own addresses, behind proxies or not. */
export interface ClientAddresses {
  /**
   * Returns the client's own address, taking X-Forwarded-For from trusted
   * proxies only.
   */
  addressOf(remote: string, headers: Headers): string;
  /**
   * Returns whether the request is from this machine and no proxy forwarded it:
   * a local proxy has a loopback address, too, and may serve the whole
   * internet.
   */
  isHere(remote: string, headers: Headers): boolean;
  /**
   * Returns the unit for limits by address: an IPv4 address or an IPv6 /64
   * network; undefined if many unrelated clients may share the address.
   */
  neighborhoodOf(address: string): string | undefined;
}

/** Address ranges that are not routed on the internet. */
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

/** Headers that proxies add. */
const proxyHeaders = new Set([
  "forwarded",
  "via",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-forwarded-for",
  "x-original-host",
  "x-request-api",
  "true-client-ip",
  "fastly-client-ip",
  "fly-client-ip",
  "cdn-loop",
]);
const proxyPrefixes = ["x-forwarded", "cf-", "x-envoy-", "x-amzn-", "x-azure-"];

/** Returns whether a proxy forwarded the request, judging by its headers. */
export function isPassedOn(headers: Headers): boolean {
  for (const [name] of headers)
    if (
      proxyHeaders.has(name) ||
      proxyPrefixes.some((each) => name.startsWith(each))
    )
      return true;
  return false;
}

/**
 * Returns whether the request is from loopback and has no header of a proxy.
 */
export const isFromHere = (remote: string, headers: Headers): boolean =>
  isLoopback(withoutMapping(remote)) && !isPassedOn(headers);

/**
 * Addresses or ranges (10.0.0.0/8) whose X-Forwarded-For is believed.
 * `proxied` hears, once, that a proxy on this machine passes requests on.
 */
export function readClientAddresses(
  trustedProxies: readonly string[],
  proxied: () => void = () => undefined,
): ClientAddresses {
  let isTold = false;
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

    isHere(remote, headers) {
      if (remote === ownProcess) return true;
      const address = withoutMapping(remote);
      if (!isLoopback(address)) return false;
      if (!isPassedOn(headers) && !has(trusted, address)) return true;
      if (!isTold) proxied();
      isTold = true;
      return false;
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

/** Logged once, when the first request through a local proxy arrives. */
export const warningOfProxy =
  "a proxy on this machine passes requests on: they do not count as this machine's own, so the default secret, the code that is right for everybody and a known password open nothing to them; set a secret of your own";

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
