import type { ObjectAddresses } from "./uploads.ts";

/** Returns the public addresses for the sender of these headers. */
export type AddressBook = (headers: Headers) => ObjectAddresses;

/**
 * `externalAddress` is the operator's word for where clients reach us; if it is
 * empty the request tells, by X-Request-Api of a proxy or else by Host.
 */
export function createAddressBook(externalAddress: string): AddressBook {
  const configured = externalAddress && withSlash(externalAddress);
  return (headers) => {
    const proxy = headers.get("x-request-api");
    const asked = proxy
      ? withSlash(proxy)
      : `http://${headers.get("host") ?? "localhost"}/`;
    return {
      // COMPAT: a proxy's header beats the configuration (docs/wire/objects.md#names-and-hashes).
      objects: `${proxy ? asked : configured || asked}object/`,
      data: configured || asked,
    };
  };
}

const withSlash = (address: string): string =>
  address.endsWith("/") ? address : `${address}/`;
