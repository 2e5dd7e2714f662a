import { describe, expect, it } from 'vitest';
import schema from '../../../../crates/tern-domain/topic.schema.json';
import { FORMS } from './forms';
import { getIn, waysOf, type TopicNode } from './graph';
import { blankNode, KINDS } from './kinds';

type Definition = { properties?: Record<string, { $ref?: string; items?: { $ref?: string } }> };
const definitions = schema.$defs as unknown as Record<string, Definition>;
const kinds = definitions['Node'] as unknown as { oneOf: { properties: { kind: { const: string } }; $ref: string }[] };
const named = (ref: string) => definitions[ref.replace('#/$defs/', '')]?.properties ?? {};

/** Fields of a kind in the schema, as `choices.label`. */
function fieldsOf(ref: string): string[] {
  return Object.entries(named(ref)).flatMap(([key, field]) => {
    const of = field.items?.$ref;
    return of ? Object.keys(named(of)).map((inner) => `${key}.${inner}`) : [key];
  });
}

/** One of every list, so that its ways show. */
function filled(kind: string, ref: string): TopicNode {
  const lists = Object.entries(named(ref)).flatMap(([key, field]) => (field.items?.$ref ? [[key, [{}]]] : []));
  return { id: 'x', kind, ...Object.fromEntries(lists) } as unknown as TopicNode;
}

describe('the forms of the inspector', () => {
  it('reach every field that the file format knows', () => {
    for (const { properties, $ref } of kinds.oneOf) {
      const kind = properties.kind.const;
      const offered = (FORMS[kind] ?? []).flatMap((it) => (it.fields ? it.fields.map((inner) => `${it.key}.${inner.key}`) : [it.key]));
      const ways = waysOf(filled(kind, $ref)).map((it) => it.path.filter((step) => typeof step === 'string').join('.'));
      const missing = fieldsOf($ref).filter((it) => !offered.includes(it) && !ways.includes(it));
      expect(missing, kind).toEqual([]);
    }
  });

  it('offer nothing that the file format does not know', () => {
    for (const { properties, $ref } of kinds.oneOf) {
      const known = fieldsOf($ref);
      const unknown = (FORMS[properties.kind.const] ?? []).flatMap((it) => (it.fields ? it.fields.map((inner) => `${it.key}.${inner.key}`) : [it.key])).filter((it) => !known.includes(it));
      expect(unknown, properties.kind.const).toEqual([]);
    }
  });

  it('start every kind with fields of its own form', () => {
    for (const { kind, blank } of KINDS) {
      const node = blankNode(kind);
      for (const key of Object.keys(blank)) expect(getIn(node, [key]), `${kind}.${key}`).toBeDefined();
      expect(Object.keys(blank).filter((key) => !(FORMS[kind] ?? []).some((it) => it.key === key)), kind).toEqual([]);
    }
  });
});
