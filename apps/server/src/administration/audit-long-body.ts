import { askThread, isLong } from "../http/long-body.ts";
import { describeBody } from "./audit-details.ts";
import type { BodyDetails } from "./audit-details.ts";

/** The fields of a body of megabytes that the audit records. */
export async function describeLongBody(body: Uint8Array): Promise<BodyDetails> {
  if (!isLong(body)) return describeBody(new TextDecoder().decode(body));
  let details = describeBody("");
  await askThread<BodyDetails>(
    "./administration/audit-worker.ts",
    body,
    (described) => {
      details = described;
      return true;
    },
  );
  return details;
}
