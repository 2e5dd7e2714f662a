// Twilio's official client uses the practice line as if it were Twilio, and every exchange is judged.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PNG, startDesk } from "./lib/desk.js";
import { officialClient } from "./lib/official.js";
import { startProxy } from "./lib/proxy.js";
import { startSimulator } from "./lib/simulator.js";
import { until } from "./lib/waiting.js";

const EXPECTED_OPERATIONS = [
  "CreateMessage",
  "DeleteMedia",
  "DeleteMessage",
  "FetchAccount",
  "FetchBalance",
  "FetchIncomingPhoneNumber",
  "FetchMedia",
  "FetchMediaBytes",
  "FetchMessage",
  "ListIncomingPhoneNumber",
  "ListMedia",
  "ListMessage",
  "UpdateIncomingPhoneNumber",
  "UpdateMessage",
];

describe("the official client on the practice line", () => {
  let line, proxy, desk, client, number, handset;

  before(async () => {
    line = await startSimulator();
    proxy = await startProxy(line.base_url);
    desk = await startDesk();
    client = officialClient(proxy.baseUrl, line.account_sid, line.account_sid, line.auth_token);
    number = line.numbers[0];
    handset = (await line.control("/handsets", {})).e164;
  });

  after(() => {
    desk?.stop();
    proxy?.stop();
    line?.stop();
  });

  const send = (more = {}) => client.messages.create({ to: handset, from: number, body: "Hello", ...more });
  const refusal = (code, status) => (error) => {
    assert.equal(error.code, code, error.message);
    assert.equal(error.status, status);
    return true;
  };
  const inbound = async (text) => {
    await line.control(`/handsets/${encodeURIComponent(handset)}/texts`, { to: number, ...text });
    const list = () => client.messages.list({ to: number, from: handset, limit: 1 });
    return until("the inbound row", async () => (await list()).find(({ body }) => body === (text.body ?? "")));
  };

  test("fetches its account", async () => {
    const account = await client.api.v2010.accounts(line.account_sid).fetch();
    assert.equal(account.sid, line.account_sid);
    assert.equal(account.status, "active");
  });

  test("lists, fetches and updates its numbers", async () => {
    const numbers = await client.incomingPhoneNumbers.list();
    assert.deepEqual(numbers.map(({ phoneNumber }) => phoneNumber).sort(), [...line.numbers].sort());
    const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: number });
    assert.equal(found.capabilities.sms, true);
    const updated = await client.incomingPhoneNumbers(found.sid).update({ smsUrl: `${desk.origin}/sms`, smsMethod: "POST" });
    assert.equal(updated.smsUrl, `${desk.origin}/sms`);
    assert.equal((await client.incomingPhoneNumbers(found.sid).fetch()).smsUrl, `${desk.origin}/sms`);
    await client.incomingPhoneNumbers(found.sid).update({ smsUrl: "" });
  });

  test("fetches its balance", async () => {
    const balance = await client.balance.fetch();
    assert.match(balance.balance, /^-?\d+(\.\d+)?$/);
  });

  test("creates a message and sees it delivered", async () => {
    const created = await send({ body: "Ferry at 9 ü😀" });
    assert.equal(created.status, "queued");
    assert.equal(created.direction, "outbound-api");
    assert.equal(created.dateSent, null);
    const delivered = await until("delivery", async () => {
      const row = await client.messages(created.sid).fetch();
      return row.status === "delivered" && row;
    });
    assert.ok(delivered.dateSent instanceof Date);
    assert.equal(delivered.body, "Ferry at 9 ü😀");
    const { texts } = await line.control(`/handsets/${encodeURIComponent(handset)}/texts`);
    assert.ok(texts.some(({ sid, body }) => sid === created.sid && body === "Ferry at 9 ü😀"));
  });

  test("finds what a customer texted", async () => {
    const row = await inbound({ body: "Is it late?" });
    assert.equal(row.direction, "inbound");
    assert.equal(row.status, "received");
    assert.equal(row.from, handset);
    assert.ok(row.dateSent instanceof Date);
  });

  test("pages through everything once, newest first", async () => {
    for (let n = 0; n < 7; n += 1) await send({ body: `Number ${n}` });
    const sids = [];
    let page = await client.messages.page({ pageSize: 3 });
    for (;;) {
      sids.push(...page.instances.map(({ sid }) => sid));
      const next = await page.nextPage();
      if (!next) break;
      page = next;
    }
    assert.equal(new Set(sids).size, sids.length);
    const all = await client.messages.list({ pageSize: 1000 });
    assert.deepEqual(sids, all.map(({ sid }) => sid));
    const times = all.filter(({ dateSent }) => dateSent).map(({ dateSent }) => dateSent.getTime());
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
  });

  test("filters by day, sender and recipient", async () => {
    const day = 86_400_000;
    const found = await client.messages.list({ from: handset, dateSentAfter: new Date(Date.now() - day) });
    assert.ok(found.length > 0 && found.every(({ from }) => from === handset));
    assert.deepEqual(await client.messages.list({ dateSentBefore: new Date(Date.now() - 3 * day) }), []);
    assert.deepEqual(await client.messages.list({ to: "+14155559999" }), []);
  });

  test("redacts a message and keeps its row", async () => {
    const { sid } = await send({ body: "PIN 1234" });
    await until("a final status", async () => (await client.messages(sid).fetch()).status === "delivered");
    assert.equal((await client.messages(sid).update({ body: "" })).body, "");
    assert.equal((await client.messages(sid).fetch()).body, "");
  });

  test("schedules a message and calls it off", async () => {
    const sendAt = new Date(Date.now() + 3_600_000);
    const service = line.messaging_service_sid;
    const scheduled = await client.messages.create({
      to: handset,
      messagingServiceSid: service,
      body: "Later",
      scheduleType: "fixed",
      sendAt,
    });
    assert.equal(scheduled.status, "scheduled");
    assert.equal(scheduled.from, null);
    assert.equal(scheduled.numSegments, "0");
    assert.equal((await client.messages(scheduled.sid).update({ status: "canceled" })).status, "canceled");
  });

  test("lets a messaging service pick the sender", async () => {
    const created = await client.messages.create({ to: handset, messagingServiceSid: line.messaging_service_sid, body: "Hi" });
    assert.equal(created.status, "accepted");
    const sent = await until("a sender", async () => {
      const row = await client.messages(created.sid).fetch();
      return row.from && row;
    });
    assert.ok(line.numbers.includes(sent.from));
  });

  test("removes a message", async () => {
    const { sid } = await send();
    await until("a final status", async () => (await client.messages(sid).fetch()).status === "delivered");
    assert.equal(await client.messages(sid).remove(), true);
    await assert.rejects(client.messages(sid).fetch(), refusal(20404, 404));
  });

  test("sends a picture from a public address", async () => {
    const created = await send({ body: undefined, mediaUrl: [`${desk.origin}/picture.png`] });
    assert.equal(created.numMedia, "1");
    assert.match(created.sid, /^MM/);
    const [part] = await until("the stored media", async () => {
      const parts = await client.messages(created.sid).media.list();
      return parts.length > 0 && parts;
    });
    assert.equal(part.contentType, "image/png");
  });

  test("fetches and deletes a customer's picture", async () => {
    const media = [{ content_type: "image/png", base64: PNG.toString("base64") }];
    const row = await inbound({ body: "Look", media });
    assert.equal(row.numMedia, "1");
    const [part] = await client.messages(row.sid).media.list();
    const fetched = await client.messages(row.sid).media(part.sid).fetch();
    assert.equal(fetched.parentSid, row.sid);

    const url = `${proxy.baseUrl}${fetched.uri.replace(/\.json$/, "")}`;
    assert.equal((await fetch(url, { redirect: "manual" })).status, 401);
    const basic = Buffer.from(`${line.account_sid}:${line.auth_token}`).toString("base64");
    const answer = await fetch(url, { redirect: "manual", headers: { authorization: `Basic ${basic}` } });
    assert.ok([302, 307].includes(answer.status));
    const bytes = await fetch(new URL(answer.headers.get("location"), url));
    assert.deepEqual(Buffer.from(await bytes.arrayBuffer()), PNG);

    assert.equal(await client.messages(row.sid).media(part.sid).remove(), true);
    await assert.rejects(client.messages(row.sid).media(part.sid).fetch(), refusal(20404, 404));
  });

  test("is refused with Twilio's codes", async () => {
    await assert.rejects(send({ to: "+12" }), refusal(21211, 400));
    await assert.rejects(send({ from: "+14155557777" }), refusal(21606, 400));
    await assert.rejects(send({ body: "x".repeat(1601) }), refusal(21617, 400));
    await assert.rejects(send({ body: "" }), refusal(21602, 400));
    const media = Array.from({ length: 11 }, (_, n) => `${desk.origin}/picture-${n}.png`);
    await assert.rejects(send({ mediaUrl: media }), refusal(21623, 400));
  });

  test("is stopped by a customer's STOP and let in by START", async () => {
    await inbound({ body: "STOP" });
    await assert.rejects(send(), refusal(21610, 400));
    await inbound({ body: "START" });
    await send();
  });

  test("must show a credential that fits", async () => {
    const as = (user, password) => officialClient(proxy.baseUrl, line.account_sid, user, password);
    const key = as(line.api_key_sid, line.api_key_secret);
    assert.ok((await key.messages.list({ limit: 1 })).length > 0);
    const refused = (error) => [401, 403].includes(error.status) && Number.isInteger(error.code);
    await assert.rejects(key.api.v2010.accounts(line.account_sid).fetch(), refused);
    await assert.rejects(as(line.account_sid, "wrong").messages.list(), refusal(20003, 401));
    await assert.rejects(as(line.api_key_sid, line.auth_token).messages.list(), refusal(20003, 401));
  });

  test("and nothing that was said was against Twilio's description", () => {
    const { exchanges, operations, violations } = proxy.report();
    assert.deepEqual(violations, []);
    const missing = EXPECTED_OPERATIONS.filter((operation) => !operations.includes(operation));
    assert.deepEqual(missing, []);
    assert.ok(exchanges > 60, `${exchanges}`);
  });
});
