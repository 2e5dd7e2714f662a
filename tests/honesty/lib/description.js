// Twilio's own OpenAPI description, made strict.
//
// Owns the reading of twilio_api_v2010.json. It refuses what OpenAPI would let pass: an answer with a field that
// Twilio does not have, or without one that it has, and a request with a parameter that Twilio would ignore.
// A look-alike that invents a field teaches its client to rely on it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";

const require = createRequire(import.meta.url);
const SOURCE = "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json";
const RFC_2822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} \+0000$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Formats as Twilio uses them: its URLs may be relative to the API host, and empty when not set. */
const FORMATS = {
  "date-time-rfc-2822": (text) => RFC_2822.test(text) && !Number.isNaN(Date.parse(text)),
  "date-time": (text) => DAY.test(text) || INSTANT.test(text),
  date: DAY,
  uri: (text) => text === "" || text.startsWith("/") || URL.canParse(text),
  "phone-number": /^(\+[1-9]\d{1,14}|\d{5,6}|[A-Za-z0-9 ]{1,11}|[a-z]+:.+)$/,
  currency: /^[A-Za-z]{3}$/,
  "http-method": /^(GET|POST|HEAD)$/,
  "iso-country-code": /^[A-Z]{2}$/,
  int64: { type: "number", validate: Number.isSafeInteger },
  "uri-map": true,
  "phone-number-capabilities": true,
  "ice-server": true,
  endpoint: true,
  twiml: true,
};

const description = JSON.parse(readFileSync(require.resolve(SOURCE), "utf8"));

/** A copy of an answer's schema in which every described field must be there and no other may be. */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== "object") return schema;
  const copy = Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== "examples" && name !== "example" && !name.startsWith("x-"))
      .map(([name, value]) => [name, strict(value)]),
  );
  if (copy.$ref) return resolved(copy.$ref);
  if (copy.properties) {
    copy.required = Object.keys(copy.properties);
    copy.additionalProperties = false;
    for (const [name, property] of Object.entries(copy.properties)) {
      // A SID that refers to nothing is null or, in Twilio's own examples, an empty text.
      if (name.endsWith("_sid")) copy.properties[name] = { anyOf: [property, { const: "" }] };
    }
  }
  // JSON Schema has no `nullable` for enumerations: null is one of the values there.
  if (copy.nullable && copy.enum) copy.enum = [...new Set([...copy.enum, null])];
  return copy;
}

function resolved(reference) {
  const schema = reference
    .replace("#/", "")
    .split("/")
    .reduce((node, name) => node[name], description);
  const copy = strict(schema);
  // Twilio's description marks no enumeration as nullable, though its own examples have null in them.
  if (copy.enum && copy.type) {
    copy.nullable = true;
    copy.enum = [...copy.enum, null];
  }
  return copy;
}

/** A form's or a query's schema: everything arrives as text, unknown names are refused, none but `required` is needed. */
function form(properties, required) {
  const known = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, schema.$ref ? resolved(schema.$ref) : strict(schema)]),
  );
  return { type: "object", properties: known, required, additionalProperties: false };
}

const answers = new Ajv({ allErrors: true, strict: false, formats: FORMATS });
const parameters = new Ajv({ allErrors: true, strict: false, coerceTypes: "array", formats: FORMATS });

function compileOperation(template, method, operation, inherited) {
  const all = [...(inherited ?? []), ...(operation.parameters ?? [])];
  const ofPlace = (place) => all.filter((parameter) => parameter.in === place);
  const schemaOf = (place) =>
    form(
      Object.fromEntries(ofPlace(place).map((parameter) => [parameter.name, parameter.schema])),
      ofPlace(place).filter((parameter) => parameter.required).map((parameter) => parameter.name),
    );
  const body = operation.requestBody?.content?.["application/x-www-form-urlencoded"]?.schema;
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const pattern = template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "([^/]+?)");
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path: new RegExp(`^${pattern}$`),
    names,
    isSecured: (operation.security ?? description.security ?? []).length > 0,
    checkPath: parameters.compile(schemaOf("path")),
    checkQuery: parameters.compile(schemaOf("query")),
    checkForm: parameters.compile(form(body?.properties ?? {}, body?.required ?? [])),
    arrays: new Set(Object.entries(body?.properties ?? {}).filter(([, s]) => s.type === "array").map(([n]) => n)),
    answers: new Map(
      Object.entries(operation.responses).map(([status, response]) => {
        const content = response.content?.["application/json"];
        return [
          Number(status),
          {
            check: content && answers.compile(strict(content.schema)),
            examples: Object.values(content?.examples ?? {}).map((example) => example.value),
          },
        ];
      }),
    ),
  };
}

/** What Tern and the practice line have to do with. */
const WANTED =
  /^\/2010-04-01\/Accounts\/\{\w+\}(\.json|\/Balance\.json|\/Messages.*\.json|\/IncomingPhoneNumbers(\/\{Sid\})?\.json)$/;

export const operations = Object.entries(description.paths)
  .filter(([template]) => WANTED.test(template))
  .flatMap(([template, item]) =>
    ["get", "post", "delete"]
      .filter((method) => item[method])
      .map((method) => compileOperation(template, method, item[method], item.parameters)),
  );

/** What an error answer looks like, from Twilio's page on API responses; the description has no error answers. */
export const checkError = answers.compile({
  type: "object",
  properties: {
    code: { type: "integer", minimum: 10000, maximum: 99999 },
    message: { type: "string", minLength: 1 },
    more_info: { type: "string", pattern: "^https://www\\.twilio\\.com/docs/errors/\\d{5}$" },
    status: { type: "integer", minimum: 400, maximum: 599 },
  },
  required: ["code", "message", "more_info", "status"],
  additionalProperties: false,
});
