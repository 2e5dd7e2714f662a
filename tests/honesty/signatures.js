// Signatures made by Twilio's own package: `node signatures.js <token> <count> <seed>`, one JSON object a line.

import webhooks from "twilio/lib/webhooks/webhooks.js";
import { asObject, requests } from "./lib/requests.js";

const [token, count, seed] = process.argv.slice(2);
for (const { url, params } of requests(Number(count), Number(seed))) {
  const signature = webhooks.getExpectedTwilioSignature(token, url, asObject(params));
  process.stdout.write(`${JSON.stringify({ url, params, signature })}\n`);
}
