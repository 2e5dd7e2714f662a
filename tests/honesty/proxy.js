// The judging proxy as a program: `node proxy.js <upstream>` prints one JSON line and serves until its stdin ends.

import { startProxy } from "./lib/proxy.js";

const { baseUrl } = await startProxy(process.argv[2]);
process.stdout.write(`${JSON.stringify({ base_url: baseUrl })}\n`);
process.stdin.resume().on("end", () => process.exit(0));
