import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** It listens beside its exchanges, as for what a device tells unasked, and there is something that it cannot take apart. */
function withListener(heard: string[]): AnyDriver {
  const toy = toyDriver();
  return {
    ...toy,
    attach(connection, options, context) {
      if (connection?.shape === 'bytes') {
        connection.onData((chunk) => {
          const text = Buffer.from(chunk).toString('latin1');
          heard.push(text);
          if (text.startsWith('{')) JSON.parse(text);
        });
      }
      return toy.attach(connection, options, context);
    },
  };
}

test('neither its device nor the service ends, and it is told once', async () => {
  const device = new ToyDevice();
  const heard: string[] = [];
  let say: ((text: string) => Promise<void>) | undefined;
  const line = new MemoryLine((far) => {
    say = (text) => far.write(Buffer.from(text));
    device.serve(far);
  });
  const rig = createRig(withListener(heard), { line }, [{ id: 'd', connection: 'line' }]);
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
