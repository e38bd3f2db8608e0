import { expect, test } from 'vitest';
import type { FilterRequest } from './mqtt-request.ts';
import { FilterRequests } from './mqtt-requests.ts';

/** A broker that answers when it is told to. */
function bench({ filters = 100, bytes = 10_000, identifiers = true } = {}) {
  const sent: { request: FilterRequest; answer: PromiseWithResolvers<readonly number[]> }[] = [];
  let last = 0;
  const requests = new FilterRequests({
    limits: { filters, bytes },
    identifier: () => (identifiers ? ++last : undefined),
    send: (request) => {
      const answer = Promise.withResolvers<readonly number[]>();
      sent.push({ request, answer });
      return answer.promise;
    },
    refusal: (filter, code) => new Error(`${filter} refused with ${code}`),
  });
  return {
    requests,
    sent,
    packets: () => sent.map(({ request }) => `${request.kind} ${request.filters.join(' ')}`),
  };
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

function endOf(promise: Promise<void>): Promise<string> {
  return promise.then(
    () => 'granted',
    (error: Error) => error.message,
  );
}

test('what is asked for in one turn goes as one packet, and each filter has an answer of its own', async () => {
  const { requests, sent, packets } = bench();
  const ends = ['a', 'b', 'c', 'b'].map((filter) => endOf(requests.subscribe(filter, 0).granted));
  expect(packets()).toEqual([]);
  await turn();
  expect(packets()).toEqual(['subscribe a b c']);
  sent[0]?.answer.resolve([0, 135, 1]);
  expect(await Promise.all(ends)).toEqual(['granted', 'b refused with 135', 'granted', 'b refused with 135']);
});

test('packets have no more filters and bytes than they may, and one that is longer still goes', async () => {
  const { requests, packets } = bench({ filters: 2, bytes: 12 });
  for (const filter of ['a', 'b', 'c', 'dddd', 'eeee', 'f'.repeat(50)]) void requests.subscribe(filter, 0);
  await turn();
  expect(packets()).toEqual(['subscribe a b', 'subscribe c dddd', 'subscribe eeee', `subscribe ${'f'.repeat(50)}`]);
});

test('filters that fit one topic have different identifiers', async () => {
  const { requests, packets } = bench();
  const asked = ['a/#', 'b/+', 'a/b', 'c', 'a/+', 'a/c'].map((filter) => requests.subscribe(filter, 0).identifier);
  await turn();
  expect(packets()).toEqual(['subscribe a/# b/+ c', 'subscribe a/b a/c', 'subscribe a/+']);
  expect(asked).toEqual([1, 1, 2, 1, 3, 2]);
});

test('without identifiers nothing is gained by keeping them apart; QoS does that', async () => {
  const { requests, packets } = bench({ identifiers: false });
  for (const [filter, qos] of [
    ['a/#', 0],
    ['a/b', 0],
    ['a/c', 1],
  ] as const)
    void requests.subscribe(filter, qos);
  await turn();
  expect(packets()).toEqual(['subscribe a/# a/b', 'subscribe a/c']);
});

test('what is given up and asked for again in one turn is given up first', async () => {
  const { requests, sent, packets } = bench();
  void requests.subscribe('a', 0);
  void requests.unsubscribe('b');
  void requests.unsubscribe('c');
  void requests.subscribe('b', 0);
  await turn();
  expect(packets()).toEqual(['unsubscribe b c']);
  sent[0]?.answer.resolve([]);
  await turn();
  expect(packets()).toEqual(['unsubscribe b c', 'subscribe a b']);
});

test('few packets are under way at a time, and one that fails holds up nothing', async () => {
  const { requests, sent, packets } = bench({ filters: 1 });
  const ends = Array.from({ length: 20 }, (_, nth) => endOf(requests.subscribe(String(nth), 0).granted));
  await turn();
  expect(packets()).toHaveLength(8);
  sent[0]?.answer.reject(new Error('no answer'));
  sent[1]?.answer.resolve([0]);
  expect(await Promise.all(ends.slice(0, 2))).toEqual(['no answer', 'granted']);
  await turn();
  expect(packets()).toHaveLength(10);
  for (let answered = 2; answered < 20; answered++) {
    sent[answered]?.answer.resolve([0]);
    await turn();
  }
  expect((await Promise.all(ends)).filter((end) => end === 'granted')).toHaveLength(19);
});
