import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** It listens beside its exchanges, as for what a device tells unasked, and there is something that it cannot take apart. */
function withListener(heard: string[], isAsync: boolean): AnyDriver {
  const toy = toyDriver();
  return {
    ...toy,
    attach(connection, options, context) {
      if (connection?.shape === 'bytes') {
        const listener = (chunk: Uint8Array): unknown => {
          const text = Buffer.from(chunk).toString('latin1');
          heard.push(text);
          const parse = (): void => void (text.startsWith('{') && JSON.parse(text));
          return isAsync ? Promise.resolve().then(parse) : parse();
        };
        connection.onData(listener);
      }
      return toy.attach(connection, options, context);
    },
  };
}

test.each([
  ['at once', false],
  ['later, in a promise that nobody holds', true],
])('%s: neither its device nor the service ends, and it is told once', async (_, isAsync) => {
  const device = new ToyDevice();
  const heard: string[] = [];
  let say: ((text: string) => Promise<void>) | undefined;
  const line = new MemoryLine((far) => {
    say = (text) => far.write(Buffer.from(text));
    device.serve(far);
  });
  const rig = createRig(withListener(heard, isAsync), { line }, [{ id: 'd', connection: 'line' }]);
  await rig.until(() => rig.device('d').state === 'ready');
  const before = rig.device('d').unmatched;
  for (let time = 0; time < 3; time++) {
    await say?.('{ not JSON\n');
    await rig.clock.advance(100);
  }
  expect(heard.filter((text) => text.startsWith('{'))).toHaveLength(3);
  expect(rig.device('d').unmatched).toBeGreaterThanOrEqual(before + 3);
  expect(rig.logged.filter((text) => text.includes('the driver failed at what came in'))).toHaveLength(1);
  await rig.until(() => rig.device('d').state === 'ready');
  expect(await rig.settled(rig.submit('d', 'set', { value: 5 }))).toMatchObject({ outcome: 'succeeded' });
});

test('nor does a search end that fails at a message, and it is told once', async () => {
  const chirp = chirpDriver();
  const heard: string[] = [];
  const driver: AnyDriver = {
    ...chirp,
    async discover(connection, discovery, context) {
      if (connection.shape !== 'messages') return;
      await connection.subscribe('#', ({ topic }) => {
        heard.push(topic);
        throw new TypeError('a mistake');
      });
      await chirp.discover?.(connection, discovery, context);
    },
  };
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [] } };
  const rig = createRig([driver], { broker: line }, [], { discovery });
  rig.discovery.start();
  rig.discovery.begin();
  await rig.clock.advance(100);
  for (const name of ['lamp', 'hall']) about(line, name, { serial: name });
  await rig.until(() => rig.discovery.list({ limit: 10 }).length === 2);
  expect(heard).toHaveLength(2);
  expect(rig.logged.filter((text) => text.includes('the driver failed at what came in'))).toHaveLength(1);
});
