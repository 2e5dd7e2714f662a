// What Twilio's calculator says of generated texts: `node segments.js <count> <seed>`, one JSON object a line.

import { createRequire } from "node:module";
import { texts } from "./lib/texts.js";

const { SegmentedMessage } = createRequire(import.meta.url)("sms-segments-calculator");

const [count, seed] = process.argv.slice(2).map(Number);
for (const text of texts(count, seed)) {
  const measured = new SegmentedMessage(text);
  const line = {
    text,
    encoding: measured.encodingName,
    characters: measured.numberOfCharacters,
    segments: measured.segmentsCount,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
