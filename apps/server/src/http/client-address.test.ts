import { expect, test } from "bun:test";

import { blockListOf } from "../config/address-ranges.ts";
import { readClientAddresses } from "./client-address.ts";

const { addressOf, neighborhoodOf } = readClientAddresses(["203.0.113.0/24"]);

test("X-Forwarded-For is believed as far as the proxies are known", () => {
  const { addressOf } = readClientAddresses([
    "127.0.0.1",
    "10.0.0.0/8",
    "fd00::/8",
  ]);
  const from = (remote: string, forwarded?: string) =>
    addressOf(
      remote,
      new Headers(
        forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      ),
    );
  expect(from("1.2.3.4", "9.9.9.9")).toBe("1.2.3.4");
  expect(from("127.0.0.1", "9.9.9.9")).toBe("9.9.9.9");
  expect(from("fd00::1", "8.8.8.8, 9.9.9.9, 10.1.2.3")).toBe("9.9.9.9");
  expect(from("127.0.0.1", "someone")).toBe("127.0.0.1");
  expect(from("127.0.0.1", "10.0.0.1")).toBe("10.0.0.1");
  expect(from("127.0.0.1")).toBe("127.0.0.1");
});

test("IPv4 within IPv6 is IPv4, for proxies and for clients", () => {
  expect(addressOf("::ffff:192.0.2.1", new Headers())).toBe("192.0.2.1");
  expect(
    addressOf(
      "::FFFF:203.0.113.9",
      new Headers({ "x-forwarded-for": "::ffff:192.0.2.7" }),
    ),
  ).toBe("192.0.2.7");
});

test.each([
  "127.0.0.1",
  "::1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "fd00::1",
  "fe80::1",
  "203.0.113.9",
  "",
])("'%s' may stand for many, and is not counted", (address) => {
  expect(neighborhoodOf(address)).toBeUndefined();
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["172.32.0.1", "172.32.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
  ["64:ff9b::192.0.2.33", "64:ff9b:0:0::/64"],
])("%s is counted as %s", (address, neighborhood) => {
  expect(neighborhoodOf(address)).toBe(neighborhood);
});

test.each(["proxy", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/x"])(
  "%s is no range",
  (entry) => {
    expect(() => blockListOf([entry])).toThrow(entry);
  },
);
