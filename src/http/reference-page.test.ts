import { expect, test } from 'vitest';
import { resolvingWhatIsShown } from './reference-page.ts';

const schema = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const document = {
  info: { title: 'all' },
  paths: {
    '/shown': { post: { requestBody: schema('a'), parameters: [{ $ref: '#/components/parameters/p' }] } },
    '/other': { get: schema('other') },
  },
  components: {
    schemas: { a: { items: schema('b') }, b: { items: schema('a') }, other: { type: 'string' } },
    parameters: { p: { name: 'p' }, q: { name: 'q' } },
    securitySchemes: { key: { type: 'http' } },
  },
};

async function resolvedOf(path: readonly string[]): Promise<unknown> {
  const seen: unknown[] = [];
  const resolveSubtree = async (excerpt: object, at: readonly string[]): Promise<void> => void seen.push(excerpt, at);
  await resolvingWhatIsShown({ fn: { resolveSubtree } }).fn.resolveSubtree(document, path);
  expect(seen[1]).toEqual(path);
  return seen[0];
}

test('what is shown is resolved with all that it refers to, however far and in a circle, and with nothing else', async () => {
  expect(await resolvedOf(['paths', '/shown', 'post'])).toEqual({
    info: document.info,
    paths: { '/shown': document.paths['/shown'] },
    components: {
      schemas: { a: document.components.schemas.a, b: document.components.schemas.b },
      parameters: { p: document.components.parameters.p },
    },
  });
});

test('so are the ways to sign in', async () => {
  expect(await resolvedOf(['components', 'securitySchemes'])).toEqual({
    info: document.info,
    paths: {},
    components: { securitySchemes: document.components.securitySchemes },
  });
});

test('what is not there is looked for in the whole', async () => {
  expect(await resolvedOf(['paths', '/nowhere'])).toBe(document);
});
