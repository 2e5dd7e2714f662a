// Webhook requests with the traits that make signatures differ.

import { seeded } from "./random.js";

const VALUES = ["", " ", "1", "+14155550100", "Hëllo 😀 &=+ x", "a%20b", "'quoted'", "  kept  ", "\r\n", "ünï", "a=b&c=d"];
const NAMES = ["Body", "From", "To", "MessageSid", "NumMedia", "MediaUrl0", "ZZ", "aa", "A", "MessagingBinding.Address"];
const QUERIES = ["", "?foo=1&bar=2", "?q=it's+on", "?a=b%20c&a=d", "?x=%C3%BC", "?empty=&flag", "?d=1+2"];
const ORIGINS = [
  "https://desk.example",
  "https://desk.example:8443",
  "http://desk.example",
  "https://user:pass@desk.example",
  "https://user@desk.example:9000",
  "http://127.0.0.1:4010",
];
const PATHS = ["/sms", "/", "/a/b.php", "/tern/twilio/inbound", "/caf%C3%A9"];

/** `count` pairs of a URL and a form, where a name may be repeated. */
export function requests(count, seed) {
  const { below, next, pick } = seeded(seed);
  return Array.from({ length: count }, () => {
    const url = pick(ORIGINS) + pick(PATHS) + pick(QUERIES);
    const params = [];
    for (let n = below(8); n > 0; n -= 1) {
      const name = pick(NAMES);
      params.push([name, pick(VALUES)]);
      if (next() < 0.2) params.push([name, pick(VALUES)]);
    }
    return { url, params };
  });
}

/** The form as the official package takes it: repeated names are lists. */
export function asObject(params) {
  const object = {};
  for (const [name, value] of params) object[name] = name in object ? [object[name], value].flat() : value;
  return object;
}
