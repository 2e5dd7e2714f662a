// A desk that Twilio calls: remembers every webhook and serves a picture.

import { createServer } from "node:http";

export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Starts a desk on a free port; `calls` grows as webhooks arrive. */
export async function startDesk() {
  const calls = [];
  const server = createServer((request, answer) => {
    if (request.url.startsWith("/picture")) {
      answer.writeHead(200, { "content-type": "image/png", "content-length": PNG.length });
      answer.end(request.method === "HEAD" ? undefined : PNG);
      return;
    }
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      calls.push({ method: request.method, target: request.url, headers: request.headers, body });
      answer.writeHead(200, { "content-type": "text/xml" }).end("<Response/>");
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, calls, stop };
}
