/**
 * A bit for each kind of marks that are kept beside the log. A conversation
 * whose head lacks the bit has none of that kind, and nobody looks for them.
 * They are stored: a bit never changes its meaning.
 */
export const markBits = {
  /** Revoked, or deleted by somebody or for everyone. */
  goneOrRevoked: 1,
} as const;

export type MarkBit = (typeof markBits)[keyof typeof markBits];
