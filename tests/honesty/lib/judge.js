// One exchange over HTTP, held against Twilio's description.
//
// Owns the list of what is wrong with a request and with its answer. It refuses to be polite: an endpoint that
// the description lacks is a violation, except the few that Twilio documents in prose (named below).

import { checkError, operations } from "./description.js";

const FORM = "application/x-www-form-urlencoded";
/** The bytes of a media part: documented in prose ("Media subresource"), absent from the description. */
const MEDIA_BYTES = /^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\/(SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/i;

/** Repeated names become lists, as do names that the description calls lists. */
function gathered(pairs, arrays = new Set()) {
  const result = {};
  for (const [name, value] of pairs) {
    if (arrays.has(name)) (result[name] ??= []).push(value);
    else if (name in result) result[name] = [result[name], value].flat();
    else result[name] = value;
  }
  return result;
}

function told(where, errors) {
  return (errors ?? []).map((error) => {
    const extra = error.params?.additionalProperty ?? error.params?.allowedValues ?? "";
    return `${where}${error.instancePath}: ${error.message} ${extra}`.trim();
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judgeRequest(operation, url, names, request) {
  const wrong = [];
  const check = (where, validator, value) => {
    if (!validator(value)) wrong.push(...told(where, validator.errors));
  };
  check("request path", operation.checkPath, Object.fromEntries(operation.names.map((name, i) => [name, names[i]])));
  check("request query", operation.checkQuery, gathered(url.searchParams));
  if (operation.method === "POST") {
    if (!(request.headers["content-type"] ?? "").startsWith(FORM)) wrong.push("request: the body is not a form");
    check("request form", operation.checkForm, gathered(new URLSearchParams(request.body), operation.arrays));
  } else if (request.body) {
    wrong.push("request: a body where none is described");
  }
  return wrong;
}

function judgeAnswer(operation, request, answer) {
  const described = operation.answers.get(answer.status);
  const json = parsed(answer.body);
  const wrong = [];
  const isAuthenticated = (request.headers.authorization ?? "").startsWith("Basic ");
  if (answer.status < 400 && operation.isSecured && !isAuthenticated) wrong.push("answer: served without Basic auth");
  if (!answer.headers["twilio-request-id"]) wrong.push("answer: no Twilio-Request-Id");
  if (!answer.headers.date) wrong.push("answer: no Date");
  if (described) {
    if (!described.check) {
      if (answer.body) wrong.push("answer: a body where none is described");
    } else {
      if (!(answer.headers["content-type"] ?? "").startsWith("application/json")) wrong.push("answer: not labelled JSON");
      if (!described.check(json)) wrong.push(...told("answer", described.check.errors));
    }
  } else if (answer.status >= 400) {
    if (!checkError(json)) wrong.push(...told("error answer", checkError.errors));
    else if (json.status !== answer.status) wrong.push("error answer: status differs from HTTP's");
  } else {
    wrong.push(`answer: status ${answer.status} is not described`);
  }
  return wrong;
}

function judgeMedia(request, answer) {
  const wrong = [];
  if (request.method !== "GET") wrong.push("request: media bytes are fetched with GET");
  if (answer.status < 400 && !request.headers.authorization) wrong.push("answer: media served without Basic auth");
  if (![200, 302, 307, 401, 404].includes(answer.status)) wrong.push(`answer: status ${answer.status} for media`);
  if ([302, 307].includes(answer.status) && !answer.headers.location) wrong.push("answer: a redirect to nowhere");
  return wrong;
}

/**
 * Names the operation and lists everything wrong with the exchange.
 * `request`: method, target (path and query), headers, body; `answer`: status, headers, body.
 */
export function judge(request, answer) {
  const url = new URL(request.target, "http://api.invalid");
  if (MEDIA_BYTES.test(url.pathname)) return { operation: "FetchMediaBytes", wrong: judgeMedia(request, answer) };
  for (const operation of operations) {
    const match = operation.method === request.method && operation.path.exec(url.pathname);
    if (!match) continue;
    const wrong = [...judgeRequest(operation, url, match.slice(1), request), ...judgeAnswer(operation, request, answer)];
    return { operation: operation.id, wrong };
  }
  // Below this line nobody is Twilio's API any more: a credential that arrives here has leaked.
  const isApi = url.pathname.startsWith("/2010-04-01/");
  const wrong = [];
  if (isApi) wrong.push("request: no such operation in Twilio's description");
  else if (request.headers.authorization) wrong.push("request: the credential was sent beyond the API");
  return { operation: isApi ? "Unknown" : "FetchFromCdn", wrong };
}
