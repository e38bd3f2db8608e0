import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from './connection.ts';
import { Subscriptions } from './mqtt-subscriptions.ts';
import { matchesFilter } from './topic-filter.ts';

function message(topic: string, retained = false): Message {
  return { topic, payload: new Uint8Array(), retained };
}

/** Tells who heard a message on a topic. */
function heardBy(filters: readonly string[]) {
  const subscriptions = new Subscriptions();
  let heard: string[] = [];
  const removes = filters.map((filter) => subscriptions.add(filter, () => heard.push(filter)));
  return {
    removes,
    on: (topic: string): string[] => {
      heard = [];
      subscriptions.dispatch(message(topic));
      return heard;
    },
  };
}

test('without identifiers the topic decides', () => {
  expect(heardBy(['a/#', 'a/b', 'b']).on('a/b')).toEqual(['a/#', 'a/b']);
});

const level = fc.constantFrom('a', 'b', '', '$x', 'constructor', '__proto__');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, all]) => (all ? [...levels, '#'] : [...levels, 'a']).join('/'));

test('whatever is subscribed to and given up, those hear a message whose filter it matches, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(filters, fc.boolean()), { maxLength: 30 }), topics, (all, topic) => {
      const hearing = heardBy(all.map(([filter]) => filter));
      for (const [index, [, removed]] of all.entries()) if (removed) hearing.removes[index]?.();
      const left = all.filter(([, removed]) => !removed).map(([filter]) => filter);
      expect(hearing.on(topic)).toEqual(left.filter((filter) => matchesFilter(filter, topic)));
    }),
    { seed: 1, numRuns: 1000 },
  );
});

const some = { filter: fc.constantFrom('a', 'b', 'a/#'), who: fc.nat(1), packet: fc.nat(2) };
const said = fc.option(fc.integer({ min: 1, max: 2 }), { freq: 2 });
const doings = fc.oneof(
  fc.record({ what: fc.constantFrom('comes', 'comes', 'goes'), ...some }),
  fc.record({ what: fc.constant('told'), topic: fc.constantFrom('a', 'b'), retained: fc.boolean(), said }),
);

test('who comes and goes by name hears what one hears who is taken by the way to remove him', () => {
  fc.assert(
    fc.property(fc.array(doings, { maxLength: 20 }), (all) => {
      const [named, others] = [new Subscriptions(), new Subscriptions()];
      const [byName, byWay]: string[][] = [[], []];
      const hears = [0, 1].map(
        (who) =>
          ({ topic }: Message) =>
            void byName?.push(`${who} ${topic}`),
      );
      const ways = new Map<string, () => boolean>();
      for (const doing of all) {
        if ('topic' in doing) {
          const identifiers = doing.said === null ? undefined : [doing.said];
          named.dispatch(message(doing.topic, doing.retained), identifiers);
          others.dispatch(message(doing.topic, doing.retained), identifiers);
        } else {
          const { what, filter, who, packet } = doing;
          const hear = hears[who] ?? (() => {});
          const key = `${who} ${filter}`;
          const way = ways.get(key);
          if (what === 'goes') {
            expect(named.leave(filter, hear)).toBe(way?.() ?? false);
            ways.delete(key);
          } else if (way === undefined) {
            const identifier = packet === 0 ? undefined : packet;
            named.join(filter, hear, identifier);
            const heard = ({ topic }: Message) => void byWay?.push(`${who} ${topic}`);
            ways.set(key, others.add(filter, heard, identifier));
          }
        }
        expect(byName).toEqual(byWay);
      }
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test('who goes because of a message that another one hears does not hear it', () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  const second = () => void heard.push('second');
  const first = (): void => {
    heard.push('first');
    subscriptions.leave('a/b', second);
  };
  subscriptions.join('a/#', first);
  subscriptions.join('a/b', second);
  subscriptions.dispatch(message('a/b'));
  expect(heard).toEqual(['first']);
});

test('the last listener of a filter is known, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(filters, fc.nat(29)), { maxLength: 30 }), (all) => {
      const subscriptions = new Subscriptions();
      const present: { filter: string; remove: () => boolean }[] = [];
      for (const [filter, nth] of all) {
        present.push({ filter, remove: subscriptions.add(filter, () => {}) });
        if (nth >= present.length) continue;
        const [gone] = present.splice(nth, 1);
        expect(gone?.remove()).toBe(present.every((other) => other.filter !== gone?.filter));
        expect(gone?.remove()).toBe(false);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test.each([
  ['exact topics', (nth: number) => `fleet/device-${nth}/state`, 2],
  ['filters with a wildcard at the end', (nth: number) => `fleet/device-${nth}/+`, 8],
  ['filters with a wildcard in front', (nth: number) => `+/device-${nth}/state`, 8],
  ['whole devices', (nth: number) => `fleet/device-${nth}/#`, 8],
])('one of 20,000 %s is found by looking at few places', (_, filterOf, most) => {
  let visited = 0;
  const subscriptions = new Subscriptions({ onVisit: () => visited++ });
  const heard: number[] = [];
  const removes = Array.from({ length: 20_000 }, (__, nth) => subscriptions.add(filterOf(nth), () => heard.push(nth)));
  subscriptions.dispatch(message('fleet/device-12345/state'));
  expect(heard).toEqual([12_345]);
  expect(visited).toBeLessThanOrEqual(most);
  expect(removes[12_345]?.()).toBe(true);
  visited = 0;
  subscriptions.dispatch(message('fleet/device-12345/state'));
  subscriptions.dispatch(message('fleet/device-12344/state'));
  expect(heard).toEqual([12_345, 12_344]);
  expect(visited).toBeLessThanOrEqual(2 * most);
});

test('a topic of very many levels is found by no more than the levels of the filters', () => {
  let visited = 0;
  const subscriptions = new Subscriptions({ onVisit: () => visited++ });
  const deep = Array.from({ length: 30_000 }, () => 'a').join('/');
  let heard = 0;
  subscriptions.add('a/+/b', () => heard++);
  subscriptions.dispatch(message(deep));
  expect(visited).toBeLessThan(8);
  subscriptions.add(deep.replaceAll('a', '+'), () => heard++);
  subscriptions.dispatch(message(deep));
  expect(heard).toBe(1);
});

test('who listens because of a message does not hear that message, and who has stopped does not either', () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  subscriptions.add('a', () => {
    heard.push('first');
    if (heard.length === 1) subscriptions.add('+', () => heard.push('added'));
    removeSecond();
  });
  const removeSecond = subscriptions.add('#', () => heard.push('second'));
  subscriptions.dispatch(message('a'));
  expect(heard).toEqual(['first']);
  subscriptions.dispatch(message('a'));
  expect(heard).toEqual(['first', 'first', 'added']);
});

test('with identifiers each copy goes to its own filter', () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  for (const [filter, identifier] of [
    ['a/#', 1],
    ['a/b', 2],
    ['a/b', 3],
  ] as const) {
    subscriptions.add(filter, () => heard.push(`${filter} ${identifier}`), identifier);
  }
  subscriptions.dispatch(message('a/b'), [3]);
  expect(heard).toEqual(['a/b 2', 'a/b 3']);
  subscriptions.dispatch(message('a/b'), [1]);
  expect(heard.splice(0)).toEqual(['a/b 2', 'a/b 3', 'a/# 1']);
  // Queued in the broker before it knew of the later request.
  subscriptions.dispatch(message('a/b'), [2]);
  expect(heard.splice(0)).toEqual(['a/b 2', 'a/b 3']);
  subscriptions.dispatch(message('a/b'), [1, 3]);
  expect(heard).toEqual(['a/# 1', 'a/b 2', 'a/b 3']);
});

test('with identifiers what is retained goes to whom it was sent for', () => {
  const strays: string[] = [];
  const subscriptions = new Subscriptions({ onStray: (what) => strays.push(what) });
  const heard: string[] = [];
  const remove = subscriptions.add('a', () => heard.push('first'), 1);
  subscriptions.add('a', () => heard.push('second'), 2);
  subscriptions.dispatch(message('a', true), [2]);
  expect(heard.splice(0)).toEqual(['second']);
  subscriptions.dispatch(message('a', true), [1]);
  expect(heard.splice(0)).toEqual(['first']);
  subscriptions.dispatch(message('a', true));
  expect(heard.splice(0)).toEqual(['first', 'second']);
  remove();
  subscriptions.dispatch(message('a', true), [1]);
  expect([heard, strays]).toEqual([[], []]);
  subscriptions.dispatch(message('a', true), [7]);
  expect(strays).toEqual(['a message on a that nobody had asked for']);
});

/** Listeners by name, and what each heard: `live` or `kept`. */
function listening(...all: readonly (readonly [name: string, filter: string, identifier?: number])[]) {
  const strays: string[] = [];
  const subscriptions = new Subscriptions({ onStray: (what) => strays.push(what) });
  const heard: string[] = [];
  const listen = (name: string, filter: string, identifier?: number): void => {
    subscriptions.add(filter, ({ retained }) => heard.push(`${name} ${retained ? 'kept' : 'live'}`), identifier);
  };
  for (const one of all) listen(...one);
  return { subscriptions, strays, listen, heard: () => heard.splice(0) };
}

test('what is kept is older than what came live, except for whoever began to listen later', () => {
  const { subscriptions, strays, listen, heard } = listening(['exact', 'a/b'], ['all', '#']);
  subscriptions.dispatch(message('a/b', true));
  expect(heard()).toEqual(['exact kept', 'all kept']);
  subscriptions.dispatch(message('a/b'));
  expect(heard()).toEqual(['exact live', 'all live']);
  subscriptions.dispatch(message('a/b', true));
  expect([heard(), strays]).toEqual([[], ['a message on a/b that the broker had kept, older than what came live']]);
  subscriptions.dispatch(message('a/c', true));
  expect(heard()).toEqual(['all kept']);
  listen('late', 'a/b');
  subscriptions.dispatch(message('a/b', true));
  expect([heard(), strays]).toEqual([['late kept'], [expect.any(String)]]);
  subscriptions.dispatch(message('a/b'));
  subscriptions.dispatch(message('a/b', true));
  expect(heard()).toEqual(['exact live', 'all live', 'late live']);
});

test('what is kept is news for whoever began to listen after what came live was read, though he heard that too', () => {
  const { subscriptions, listen, heard } = listening(['early', 'a/b']);
  const { listening: before } = subscriptions;
  listen('late', 'a/b');
  subscriptions.dispatch(message('a/b'), undefined, before);
  expect(heard()).toEqual(['early live', 'late live']);
  subscriptions.dispatch(message('a/b', true));
  expect(heard()).toEqual(['late kept']);
});

test('with identifiers what came live for one filter says nothing of what is kept for another', () => {
  const { subscriptions, heard } = listening(['all', 'a/#', 1], ['exact', 'a/b', 2]);
  subscriptions.dispatch(message('a/b'), [1]);
  subscriptions.dispatch(message('a/b', true), [2]);
  subscriptions.dispatch(message('a/b', true), [1]);
  expect(heard()).toEqual(['all live', 'exact kept']);
  subscriptions.dispatch(message('a/b'), [2]);
  subscriptions.dispatch(message('a/b', true), [1]);
  subscriptions.dispatch(message('a/b', true), [2]);
  expect(heard()).toEqual(['exact live']);
});

test('a filter that was given up begins anew', () => {
  const { subscriptions, heard } = listening(['all', '#']);
  const remove = subscriptions.add('a', () => {});
  subscriptions.dispatch(message('a'));
  remove();
  const again: boolean[] = [];
  subscriptions.add('a', ({ retained }) => again.push(retained));
  subscriptions.dispatch(message('a', true));
  expect([heard(), again]).toEqual([['all live'], [true]]);
});

test('so does one that was given up by its name', () => {
  const subscriptions = new Subscriptions();
  const heard: boolean[] = [];
  const hear = ({ retained }: Message) => void heard.push(retained);
  subscriptions.join('a', hear);
  subscriptions.dispatch(message('a'));
  subscriptions.leave('a', hear);
  subscriptions.join('a', hear);
  subscriptions.dispatch(message('a', true));
  expect(heard).toEqual([false, true]);
});

test('of very many topics the latest are remembered', () => {
  const { subscriptions, heard } = listening(['all', '#']);
  for (let nth = 0; nth < 10_000; nth++) subscriptions.dispatch(message(`t/${nth}`));
  heard();
  subscriptions.dispatch(message('t/0', true));
  expect(heard()).toEqual(['all kept']);
  for (let nth = 6000; nth < 10_000; nth++) subscriptions.dispatch(message(`t/${nth}`, true));
  expect(heard()).toEqual([]);
});

test('only the last listener of a filter gives it up, and only once', () => {
  const subscriptions = new Subscriptions();
  const first = subscriptions.add('a', () => {});
  const second = subscriptions.add('a', () => {});
  subscriptions.add('#', () => {});
  expect([first(), first(), second(), second()]).toEqual([false, false, true, false]);
});

test('a message that nobody asked for is reported', () => {
  const strays: string[] = [];
  const subscriptions = new Subscriptions({ onStray: (what) => strays.push(what) });
  subscriptions.add('a', () => {})();
  subscriptions.dispatch(message('a'));
  expect(strays).toEqual(['a message on a that nobody had asked for']);
});
