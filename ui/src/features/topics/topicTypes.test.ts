import { expect, it } from 'vitest';
import generated from './file.gen.ts?raw';

it('the types of a topic file are those of its schema', async () => {
  // @ts-expect-error -- a script of the build, without types
  const { topicTypes } = (await import('../../../scripts/topicTypes.mjs')) as { topicTypes: () => Promise<string> };
  expect(await topicTypes(), 'run `npm run gen:topic`').toBe(generated);
});
