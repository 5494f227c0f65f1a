/** Limits the connections of one address, so that it cannot take all. */
export interface AddressLimit {
  /** False when there are as many as may be; else one more is counted. */
  take(address: string): boolean;
  /** Returns a connection to the budget. */
  giveBack(address: string): void;
}

export function createAddressLimit(most: number): AddressLimit {
  const taken = new Map<string, number>();
  return {
    take(address) {
      const count = taken.get(address) ?? 0;
      if (count >= most) return false;
      taken.set(address, count + 1);
      return true;
    },
    giveBack(address) {
      const count = taken.get(address) ?? 0;
      if (count > 1) taken.set(address, count - 1);
      else taken.delete(address);
    },
  };
}
