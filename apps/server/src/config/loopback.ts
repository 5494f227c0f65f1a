import { isIP } from "node:net";

/** Returns whether a server at this address can be reached from this machine only. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" ||
  address === "::1" ||
  (isIP(address) === 4 && address.startsWith("127."));
