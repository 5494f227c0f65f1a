import { isIP } from "node:net";

/** Only this machine reaches a server that listens there. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" ||
  address === "::1" ||
  (isIP(address) === 4 && address.startsWith("127."));
