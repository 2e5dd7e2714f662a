// The judge itself: it lets Twilio's own examples pass and catches the lies that matter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { operations } from "./lib/description.js";
import { judge } from "./lib/judge.js";

const ACCOUNT = `AC${"a".repeat(32)}`;
const MESSAGE = `SM${"1".repeat(32)}`;
const MEDIA = `ME${"2".repeat(32)}`;
const BASE = `/2010-04-01/Accounts/${ACCOUNT}`;
const HEADERS = { "content-type": "application/json", "twilio-request-id": "RQ1", date: "Sat, 21 Nov 2026 10:00:00 GMT" };

const operation = (id) => operations.find((candidate) => candidate.id === id);
const example = (id, status) => structuredClone(operation(id).answers.get(status).examples[0]);
const request = (method, target, body = "") => ({
  method,
  target,
  headers: { authorization: "Basic eA==", "content-type": "application/x-www-form-urlencoded" },
  body,
});
const answer = (status, body, headers = HEADERS) => ({ status, headers, body: body && JSON.stringify(body) });

test("Twilio's own examples are honest", () => {
  let judged = 0;
  for (const { id, answers } of operations) {
    for (const { check, examples } of answers.values()) {
      for (const value of examples) {
        assert.ok(check(value), `${id}: ${JSON.stringify(check.errors)}`);
        judged += 1;
      }
    }
  }
  assert.ok(judged > 20, `only ${judged} examples`);
});

test("an honest exchange passes", () => {
  const create = request("POST", `${BASE}/Messages.json`, "To=%2B14155550100&From=%2B14155550199&Body=x&MediaUrl=https%3A%2F%2Fh");
  assert.deepEqual(judge(create, answer(201, example("CreateMessage", 201))), { operation: "CreateMessage", wrong: [] });
});

for (const [lie, spoil] of [
  ["a field that Twilio does not have", (row) => (row.invented = 1)],
  ["a field that is missing", (row) => delete row.num_media],
  ["a number where Twilio sends text", (row) => (row.num_segments = 1)],
  ["a date that is not RFC 2822", (row) => (row.date_created = "2026-11-21T10:00:00Z")],
  ["a status that Twilio does not know", (row) => (row.status = "teleported")],
  ["a SID of another kind", (row) => (row.sid = MEDIA)],
]) {
  test(`an answer with ${lie} is caught`, () => {
    const row = example("FetchMessage", 200);
    spoil(row);
    const { wrong } = judge(request("GET", `${BASE}/Messages/${MESSAGE}.json`), answer(200, row));
    assert.notDeepEqual(wrong, []);
  });
}

for (const [lie, dishonest] of [
  ["a parameter that Twilio ignores", request("GET", `${BASE}/Messages.json?DateCreated=2026-11-21`)],
  ["a misspelt form field", request("POST", `${BASE}/Messages.json`, "To=%2B14155550100&body=x")],
  ["a missing form field", request("POST", `${BASE}/Messages.json`, "Body=x")],
  ["a page that is too large", request("GET", `${BASE}/Messages.json?PageSize=1001`)],
  ["an unknown endpoint", request("GET", `${BASE}/messages.json`)],
  ["a malformed SID", request("GET", `${BASE}/Messages/SM1.json`)],
  ["a JSON body", { ...request("POST", `${BASE}/Messages.json`, "To=1"), headers: { "content-type": "application/json" } }],
  ["the credential taken to another host", request("GET", "/short-lived/1")],
]) {
  test(`a request with ${lie} is caught`, () => {
    const { wrong } = judge(dishonest, answer(200, {}));
    assert.ok(wrong.some((what) => what.startsWith("request")), JSON.stringify(wrong));
  });
}

test("an error answer that is not Twilio's shape is caught", () => {
  const fetch = request("GET", `${BASE}/Messages/${MESSAGE}.json`);
  const honest = { code: 20404, message: "gone", more_info: "https://www.twilio.com/docs/errors/20404", status: 404 };
  assert.deepEqual(judge(fetch, answer(404, honest)).wrong, []);
  for (const spoilt of [{ ...honest, code: "20404" }, { ...honest, status: 400 }, { error: "gone" }]) {
    assert.notDeepEqual(judge(fetch, answer(404, spoilt)).wrong, []);
  }
});

test("media and answers served without authentication are caught", () => {
  const open = { ...request("GET", `${BASE}/Messages/${MESSAGE}/Media/${MEDIA}`), headers: {} };
  assert.notDeepEqual(judge(open, answer(307, undefined, { location: "/x" })).wrong, []);
  const row = { ...request("GET", `${BASE}/Messages/${MESSAGE}.json`), headers: {} };
  assert.notDeepEqual(judge(row, answer(200, example("FetchMessage", 200))).wrong, []);
});
