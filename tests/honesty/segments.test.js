// The practice line counts segments as Twilio's calculator does.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { startSimulator } from "./lib/simulator.js";
import { texts } from "./lib/texts.js";

const { SegmentedMessage } = createRequire(import.meta.url)("sms-segments-calculator");
const COUNT = 10_000;
const SEED = 20_261_121;
/** Senders at once; the practice line answers 429 to very many, as Twilio does. */
const LANES = 6;

let line;
before(async () => (line = await startSimulator()));
after(() => line?.stop());

async function counted(body, to) {
  const basic = Buffer.from(`${line.account_sid}:${line.auth_token}`).toString("base64");
  const answer = await fetch(`${line.base_url}/2010-04-01/Accounts/${line.account_sid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ To: to, From: line.numbers[0], Body: body }),
  });
  const row = await answer.json();
  assert.equal(answer.status, 201, `${JSON.stringify(body)}: ${row.message}`);
  return Number(row.num_segments);
}

test(`${COUNT} texts have as many segments as Twilio's calculator says`, async () => {
  const { e164 } = await line.control("/handsets", {});
  const all = texts(COUNT, SEED);
  const differences = [];
  const lane = async (first) => {
    for (let n = first; n < all.length; n += LANES) {
      const found = await counted(all[n], e164);
      const expected = new SegmentedMessage(all[n]).segmentsCount;
      if (found !== expected) differences.push({ text: all[n], found, expected });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
  assert.equal(differences.length, 0, JSON.stringify(differences.slice(0, 5), null, 1));
});
