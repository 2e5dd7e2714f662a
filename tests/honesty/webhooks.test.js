// What the practice line signs is what Twilio's own validator accepts.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import twilio from "twilio";
import { startDesk } from "./lib/desk.js";
import { officialClient } from "./lib/official.js";
import { asObject } from "./lib/requests.js";
import { startSimulator } from "./lib/simulator.js";
import { until } from "./lib/waiting.js";

const ALWAYS = ["MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "From", "To", "Body", "NumMedia", "NumSegments"];
const OF_STATUS = ["MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "AccountSid", "From", "To", "ApiVersion"];

describe("webhooks of the practice line", () => {
  let line, desk, client, number, numberSid, handset;

  before(async () => {
    line = await startSimulator();
    desk = await startDesk();
    client = officialClient(line.base_url, line.account_sid, line.account_sid, line.auth_token);
    const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: line.numbers[0] });
    [number, numberSid] = [found.phoneNumber, found.sid];
    handset = (await line.control("/handsets", {})).e164;
  });

  after(() => {
    desk?.stop();
    line?.stop();
  });

  const point = (smsUrl, smsMethod) => client.incomingPhoneNumbers(numberSid).update({ smsUrl, smsMethod });
  const text = (body) => line.control(`/handsets/${encodeURIComponent(handset)}/texts`, { to: number, body });
  const call = (what, matches) => until(what, () => desk.calls.find(matches));
  const form = ({ body }) => asObject([...new URLSearchParams(body)]);

  function assertSigned({ target, headers }, params) {
    const url = desk.origin + target;
    const signature = headers["x-twilio-signature"];
    assert.ok(twilio.validateRequest(line.auth_token, signature, url, params), "the official validator refuses it");
    assert.ok(!twilio.validateRequest("another token", signature, url, params));
    assert.ok(!twilio.validateRequest(line.auth_token, signature, `${url}x`, params));
  }

  test("an inbound text is posted, signed, with every documented parameter", async () => {
    const target = "/sms?desk=1&q=on+time";
    await point(desk.origin + target, "POST");
    for (const body of ["Hëllo 😀 &=+ x", "  kept  ", "two\nlines", "100% 'sure'"]) {
      await text(body);
      const found = await call(body, (seen) => seen.method === "POST" && form(seen).Body === body);
      assert.equal(found.target, target);
      assert.ok(found.headers["content-type"].startsWith("application/x-www-form-urlencoded"));
      const params = form(found);
      assert.deepEqual(ALWAYS.filter((name) => !(name in params)), []);
      assert.equal(params.From, handset);
      assertSigned(found, params);
    }
  });

  test("an override in the fragment is neither sent nor signed", async () => {
    await point(`${desk.origin}/fragment#rc=2&rp=all`, "POST");
    await text("with an override");
    const found = await call("the call", ({ target }) => target === "/fragment");
    assertSigned(found, form(found));
  });

  test("an inbound text by GET is signed over its query", async () => {
    await point(`${desk.origin}/get?desk=2`, "GET");
    await text("by query ü&=");
    const found = await call("the GET", ({ method, target }) => method === "GET" && target.startsWith("/get?"));
    assert.equal(new URL(found.target, desk.origin).searchParams.get("Body"), "by query ü&=");
    assertSigned(found, {});
  });

  test("delivery is reported, signed, with every documented parameter", async () => {
    const target = "/status?message=018f";
    const { sid } = await client.messages.create({
      to: handset,
      from: number,
      body: "Report back",
      statusCallback: desk.origin + target,
    });
    const reports = () => desk.calls.filter((seen) => seen.target === target && form(seen).MessageSid === sid);
    await until("the last report", () => reports().some((seen) => form(seen).MessageStatus === "delivered"));
    for (const report of reports()) {
      const params = form(report);
      assert.deepEqual(OF_STATUS.filter((name) => !(name in params)), []);
      assertSigned(report, params);
    }
    assert.ok(reports().some((seen) => form(seen).MessageStatus === "sent"));
  });
});
