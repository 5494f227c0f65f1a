/**
 * One bit for each kind of marks beside the log. A conversation whose head
 * lacks the bit has no marks of that kind, and no query looks for them. Bits
 * are stored: a bit never changes its meaning.
 */
export const markBits = {
  /** Revoked, or deleted by somebody or for everyone. */
  goneOrRevoked: 1,
} as const;

export type MarkBit = (typeof markBits)[keyof typeof markBits];
