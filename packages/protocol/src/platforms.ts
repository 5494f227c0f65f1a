/** Platforms; `platformID` on the wire. */
export const PlatformID = {
  IOS: 1,
  Android: 2,
  Windows: 3,
  OSX: 4,
  Web: 5,
  MiniWeb: 6,
  Linux: 7,
  APad: 8,
  IPad: 9,
  Admin: 10,
  HarmonyOS: 11,
} as const;

export type PlatformID = (typeof PlatformID)[keyof typeof PlatformID];
export type PlatformName = keyof typeof PlatformID;

/** Platforms that multi-terminal login treats as one (docs/wire/sign-in.md#a-new-connection). */
export type PlatformClass =
  "Mobile" | "PC" | "Web" | "MiniWeb" | "Pad" | "Admin" | "HarmonyOS";

const platforms: ReadonlyMap<
  number,
  { name: PlatformName; class: PlatformClass }
> = new Map([
  [1, { name: "IOS", class: "Mobile" }],
  [2, { name: "Android", class: "Mobile" }],
  [3, { name: "Windows", class: "PC" }],
  [4, { name: "OSX", class: "PC" }],
  [5, { name: "Web", class: "Web" }],
  [6, { name: "MiniWeb", class: "MiniWeb" }],
  [7, { name: "Linux", class: "PC" }],
  [8, { name: "APad", class: "Pad" }],
  [9, { name: "IPad", class: "Pad" }],
  [10, { name: "Admin", class: "Admin" }],
  [11, { name: "HarmonyOS", class: "HarmonyOS" }],
] as const);

/** All of them. */
export const platformIDs: readonly PlatformID[] = Object.values(PlatformID);

export function isPlatform(id: number): id is PlatformID {
  return platforms.has(id);
}

/** undefined: there is no such platform. */
export function platformName(id: PlatformID): PlatformName;
export function platformName(id: number): PlatformName | undefined;
export function platformName(id: number): PlatformName | undefined {
  return platforms.get(id)?.name;
}

/** undefined: there is no such platform. */
export function platformClass(id: PlatformID): PlatformClass;
export function platformClass(id: number): PlatformClass | undefined;
export function platformClass(id: number): PlatformClass | undefined {
  return platforms.get(id)?.class;
}
