/** Of the two users that a one-to-one conversation's id names. */
export const isFirstOf = (conversationID: string, userID: string): boolean =>
  conversationID.startsWith(`si_${userID}_`);
