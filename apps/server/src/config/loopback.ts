import { isIP } from "node:net";

/** Whether who listens there is heard by this machine alone. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" ||
  address === "::1" ||
  (isIP(address) === 4 && address.startsWith("127."));
