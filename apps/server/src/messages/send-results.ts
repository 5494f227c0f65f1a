/**
 * Remembers the successful sends of backends by operationID for a day
 * (/msg/check_msg_is_send_success). Backends ask within seconds, so memory is
 * enough.
 */
export interface SendResults {
  sent(operationID: string): void;
  wasSent(operationID: string): boolean;
}

const keptMs = 86_400_000;
const maxKept = 100_000;

export function createSendResults(now: () => number): SendResults {
  const sentAt = new Map<string, number>();
  return {
    sent(operationID) {
      sentAt.delete(operationID);
      sentAt.set(operationID, now());
      for (const [oldest, at] of sentAt) {
        if (sentAt.size <= maxKept && now() - at < keptMs) break;
        sentAt.delete(oldest);
      }
    },
    wasSent: (operationID) =>
      now() - (sentAt.get(operationID) ?? -Infinity) < keptMs,
  };
}
