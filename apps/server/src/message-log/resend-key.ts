/**
 * A number for (conversation, sender, clientMsgID), to find a message that is
 * sent again. It is stored, so it must stay the same for good: two 26-bit
 * halves, each a multiply-and-fold over the text. Never 0, which means none;
 * who finds a message by it compares the ids.
 */
export function resendKeyOf(
  conversationID: string,
  sendID: string,
  clientMsgID: string,
): number {
  const text = `${conversationID}\0${sendID}\0${clientMsgID}`;
  let low = 0x2c1b3c6d;
  let high = 0x297a2d39;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x85ebca77);
  }
  low = mix(low ^ (high >>> 13));
  high = mix(high ^ (low >>> 15));
  return (high >>> 6) * 0x4000000 + (low >>> 6) || 1;
}

function mix(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
  return twice ^ (twice >>> 15);
}
