// A proxy that passes everything on unchanged and judges it on the way.
//
// Owns the record of exchanges. It refuses to alter a byte of a request or an answer, but for the one thing that
// would lead around it: a redirect to the peer behind it is turned into one to itself.

import { createServer, request as send } from "node:http";
import { judge } from "./judge.js";

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pass(upstream, incoming, body) {
  return new Promise((resolve, reject) => {
    const options = { method: incoming.method, headers: { ...incoming.headers, host: upstream.host } };
    const outgoing = send(new URL(incoming.url, upstream), options, (answer) => {
      whole(answer).then((bytes) => resolve({ answer, bytes }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Starts a judging proxy in front of `upstream`; `report()` tells what went through it. */
export async function startProxy(upstreamText) {
  const upstream = new URL(upstreamText);
  const seen = [];
  const report = () => ({
    exchanges: seen.length,
    operations: [...new Set(seen.filter(({ status }) => status < 400).map(({ operation }) => operation))].sort(),
    violations: seen.flatMap(({ wrong, ...exchange }) => wrong.map((what) => ({ ...exchange, what }))),
  });
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.url === "/honesty/report") {
      outgoing.end(JSON.stringify(report()));
      return;
    }
    try {
      const body = await whole(incoming);
      const { answer, bytes } = await pass(upstream, incoming, body);
      const request = { method: incoming.method, target: incoming.url, headers: incoming.headers, body: body.toString() };
      const verdict = judge(request, { status: answer.statusCode, headers: answer.headers, body: bytes.toString() });
      seen.push({ ...verdict, method: request.method, path: incoming.url.split("?")[0], status: answer.statusCode });
      const headers = { ...answer.headers };
      if (headers.location?.startsWith(upstream.origin)) {
        headers.location = headers.location.replace(upstream.origin, `http://${incoming.headers.host}`);
      }
      outgoing.writeHead(answer.statusCode, headers).end(bytes);
    } catch (error) {
      seen.push({ operation: "Unknown", wrong: [`the peer broke off: ${error.message}`], method: incoming.method });
      outgoing.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, report, stop };
}
