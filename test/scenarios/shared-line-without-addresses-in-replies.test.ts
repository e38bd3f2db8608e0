import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Controllers that are addressed, and whose replies do not say which of them speaks. */
test('the reply of another unit whose exchange a stop broke off does not acknowledge it', async () => {
  const heard: string[] = [];
  let far: ByteConnection | undefined;
  const line = new MemoryLine((end) => {
    far = end;
    end.onData((chunk) => {
      const message = Buffer.from(chunk).toString('latin1').trim();
      heard.push(message);
      if (message.endsWith('ID')) void end.write(Buffer.from('CTL\n'));
    });
  });
  const driver = definitionDriver(
    definitionOf({
      name: 'controller',
      options: { unit: { type: 'integer' } },
      address: ({ unit }) => String(unit),
      frame: { send: '#{unit:%02d}{message}' },
      identify: { send: 'ID', expect: 'CTL' },
      commands: { go: { send: 'GO', expect: 'OK' } },
      stop: { send: 'X', expect: 'OK' },
    }),
  );
  const devices = [1, 2].map((unit) => ({ id: `unit-${unit}`, connection: 'line', options: { unit } }));
  const rig = createRig(driver, { line }, devices);
  await rig.until(() => [1, 2].every((unit) => rig.device(`unit-${unit}`).state === 'ready'));
  const going = rig.submit('unit-2', 'go');
  await rig.clock.advance(10);
  const stopping = rig.stops.stop('unit-1', { by: 'test' });
  await rig.until(() => heard.at(-1) === '#01X');
  // Unit 2 answers; unit 1 never heard the stop.
  await far?.write(Buffer.from('OK\n'));
  const { record } = await rig.settled(stopping);
  await rig.settled(going);
  expect(record).not.toMatchObject({ outcome: 'succeeded' });
});
