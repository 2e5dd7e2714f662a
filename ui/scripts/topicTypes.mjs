// The types of a topic file, from the schema that the program publishes. `npm run gen:topic` writes them.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';

const SCHEMA = new URL('../../crates/tern-domain/topic.schema.json', import.meta.url);
export const TARGET = new URL('../src/features/topics/file.gen.ts', import.meta.url);

/** A reference beside other keywords means both; the compiler would take only one of them. */
function both(value) {
  if (Array.isArray(value)) return value.map(both);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, both(inner)]));
  if ($ref === undefined) return rest;
  // Words and a default beside a reference are no keywords of the type.
  return rest.properties === undefined ? { $ref } : { allOf: [{ $ref }, rest] };
}

export async function topicTypes() {
  const schema = both(JSON.parse(await readFile(SCHEMA, 'utf8')));
  return compile(schema, 'TopicFile', {
    bannerComment: '/** Generated from crates/tern-domain/topic.schema.json by `npm run gen:topic`: do not edit. */',
    format: false,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(TARGET, await topicTypes());
