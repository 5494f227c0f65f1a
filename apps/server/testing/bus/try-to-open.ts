// Opens the bus of the URL and says how that went.
import { openTestNats } from "./open-test-nats.ts";

try {
  await openTestNats({ url: process.argv[2] ?? "" });
  console.log("opened");
} catch (error) {
  console.log((error as Error).message);
}
process.exit();
