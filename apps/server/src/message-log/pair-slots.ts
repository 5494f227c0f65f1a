/** Returns whether the user is the first of the two in a one-to-one conversation's id. */
export const isFirstOf = (conversationID: string, userID: string): boolean =>
  conversationID.startsWith(`si_${userID}_`);
