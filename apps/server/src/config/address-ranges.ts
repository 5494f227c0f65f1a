import { BlockList, isIP } from "node:net";

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
