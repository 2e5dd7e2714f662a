// The practice line as its own process.
//
// Owns starting and ending it. The program is named by TERN_SIMULATOR_BIN, as for every other suite.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const DEFAULT_PROGRAM = new URL("../../../target/debug/tern-simulator", import.meta.url).pathname;

/** Starts a practice line on a free port and reads the one line it prints. */
export async function startSimulator(...flags) {
  const program = process.env.TERN_SIMULATOR_BIN ?? DEFAULT_PROGRAM;
  const child = spawn(program, ["--port", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  failed.catch(() => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await Promise.race([lines.next(), failed]);
  const account = JSON.parse(value);
  return { ...account, control: (path, body) => control(account.base_url, path, body), stop: () => child.kill() };
}

/** Talks to the practice line's control surface: POST with a body, GET without. */
async function control(baseUrl, path, body) {
  const answer = await fetch(`${baseUrl}/sim${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/sim${path} answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}
