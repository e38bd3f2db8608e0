import { Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startBroker } from '../../simulators/wire/broker.ts';
import type { Message } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { openMessages } from './support.ts';

function told({ topic, payload, retained }: Message): string {
  return `${retained ? 'r ' : ''}${topic}=${Buffer.from(payload).toString()}`;
}

/** What of a broker its types do not tell. */
interface Keeping {
  readonly persistence: { createRetainedStreamCombi(filters: readonly string[]): Readable };
}

/** A broker that has looked up what it keeps, and does not deliver it before it is let. */
async function brokerWithSlowShelf() {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const { persistence } = broker.aedes as unknown as Keeping;
  const lookUp = persistence.createRetainedStreamCombi.bind(persistence);
  const shelf = { lookedUp: 0, free: Promise.withResolvers<void>() };
  persistence.createRetainedStreamCombi = (filters) =>
    Readable.from(
      (async function* () {
        const kept = await lookUp(filters).toArray();
        shelf.lookedUp++;
        await shelf.free.promise;
        yield* kept;
      })(),
    );
  return { url: broker.url, shelf };
}

test('what the broker had kept does not follow what is newer, and is heard by whoever listens from then on', async () => {
  const { url, shelf } = await brokerWithSlowShelf();
  const far = await openMessages(mqtt, { url });
  for (const topic of ['door', 'lamp', 'end']) await far.publish(topic, 'old', { retain: true, qos: 1 });
  const near = await openMessages(mqtt, { url });
  const heard: string[] = [];
  await Promise.all(
    ['door', '+', 'end'].map((filter) => near.subscribe(filter, (message) => heard.push(told(message)))),
  );
  await vi.waitFor(() => expect(shelf.lookedUp).toBe(1));
  await far.publish('door', 'new', { retain: true, qos: 1 });
  await vi.waitFor(() => expect(heard).toEqual(['door=new', 'door=new']));
  shelf.free.resolve();
  await vi.waitFor(() => expect(heard).toContain('r end=old'));
  expect(heard.filter((what) => what.includes('door'))).toEqual(['door=new', 'door=new']);
  expect(heard).toContain('r lamp=old');
  const late: string[] = [];
  await near.subscribe('door', (message) => late.push(told(message)));
  await vi.waitFor(() => expect(late).toEqual(['r door=new']));
});
