import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesFilter } from './topic-filter.ts';
import { TopicTree } from './topic-tree.ts';

const level = fc.constantFrom('a', 'b', '', '$x', 'toString');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.constantFrom('#', '+', 'a'))
  .map(([levels, last]) => [...levels, last].join('/'));

test('topics are found by whatever filter they match', () => {
  fc.assert(
    fc.property(fc.uniqueArray(topics, { maxLength: 20 }), filters, fc.nat(20), (all, filter, gone) => {
      const tree = new TopicTree<string>();
      for (const topic of all) tree.set(topic, topic);
      const left = all.filter((_, index) => index !== gone);
      if (gone < all.length) tree.delete(all[gone] ?? '');
      expect(tree.matchedBy(filter).toSorted()).toEqual(
        left.filter((topic) => matchesFilter(filter, topic)).toSorted(),
      );
      expect(tree.size).toBe(left.length);
      expect(all.map((topic) => tree.get(topic))).toEqual(all.map((topic) => left.find((other) => other === topic)));
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('what is deleted leaves nothing to look at', () => {
  let visited = 0;
  const tree = new TopicTree<string>(() => visited++);
  tree.set('+', 'kept');
  for (let nth = 0; nth < 1000; nth++) tree.set(`a/${nth}/b/+`, 'gone');
  for (let nth = 0; nth < 1000; nth++) tree.delete(`a/${nth}/b/+`);
  tree.delete('a/never/there');
  expect(tree.matchedBy('#')).toEqual(['kept']);
  expect(visited).toBeLessThan(5);
});
