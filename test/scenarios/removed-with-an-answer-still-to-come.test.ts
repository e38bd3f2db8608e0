import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { AnyDriver, ByteConnection, Call, ByteWire } from '../../src/driver/index.ts';
import { definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Controllers on one line that are addressed, and whose replies do not say which of them speaks. */
function controllers(changed = (driver: AnyDriver): AnyDriver => driver) {
  const heard: string[] = [];
  let far: ByteConnection | undefined;
  const line = new MemoryLine((end) => {
    far = end;
    end.onData((chunk) => {
      const message = Buffer.from(chunk).toString('latin1').trim();
      heard.push(message);
      if (message === '#01ID') void end.write(Buffer.from('CTL\n'));
    });
  });
  const driver = definitionDriver(
    definitionOf({
      name: 'controller',
      options: { unit: { type: 'integer' } },
      address: ({ unit }) => String(unit),
      frame: { send: '#{unit:%02d}{message}' },
      line: { replyTimeoutMs: 2000 },
      identify: { send: 'ID', expect: 'CTL' },
      commands: {
        go: { send: 'GO', expect: 'OK' },
        name: { send: 'NAME', expect: 'CTL' },
      },
    }),
  );
  const devices = [1, 2].map((unit) => ({ id: `unit-${unit}`, connection: 'line', options: { unit } }));
  const rig = createRig(changed(driver), { line }, devices);
  return { rig, heard, says: (text: string) => far?.write(Buffer.from(`${text}\n`)) };
}

test('the answer to a command of a device that was removed is not taken for that of another one on its line', async () => {
  const { rig, heard, says } = controllers();
  await rig.until(() => heard.at(-1) === '#02ID');
  await says('CTL');
  await rig.until(() => rig.device('unit-2').state === 'ready');
  const going = rig.submit('unit-2', 'go');
  await rig.until(() => heard.at(-1) === '#02GO');
  const removing = rig.devices.remove('unit-2', { by: 'test' });
  const other = rig.submit('unit-1', 'go');
  expect(await rig.settled(going)).toMatchObject({ outcome: 'unknown' });
  // It is busy with what it was told, and answers nothing else before.
  await rig.clock.advance(400);
  await says('OK');
  await says('CTL');
  await rig.settled(removing);
  expect(await rig.settled(other)).toMatchObject({ outcome: 'unknown' });
  expect(heard).toEqual(['#01ID', '#02ID', '#02GO', '#02ID', '#01GO']);
});

test('a device that is removed, and does not come back into step, is asked nothing more', async () => {
  const { rig, heard, says } = controllers();
  await rig.until(() => heard.at(-1) === '#02ID');
  await says('CTL');
  await rig.until(() => rig.device('unit-2').state === 'ready');
  void rig.submit('unit-2', 'go');
  await rig.until(() => heard.at(-1) === '#02GO');
  await rig.settled(rig.devices.remove('unit-2', { by: 'test' }));
  await rig.clock.advance(10_000);
  expect(heard.filter((message) => message.startsWith('#02'))).toEqual(['#02ID', '#02GO', '#02ID']);
});

test('the answer of a device that was removed while it was asked who it is is not taken for that of another one', async () => {
  const { rig, heard, says } = controllers();
  await rig.until(() => heard.at(-1) === '#02ID');
  const removing = rig.devices.remove('unit-2', { by: 'test' });
  const other = rig.submit('unit-1', 'name');
  // As long as a controller may well take.
  await rig.clock.advance(200);
  await says('CTL');
  await rig.settled(removing);
  expect(await rig.settled(other)).toMatchObject({ outcome: 'unknown' });
});

/** Says goodbye, and waits for the answer to that. */
function polite(driver: AnyDriver): AnyDriver {
  const detach = async ({ wire, signal }: Call<ByteWire>): Promise<void> => {
    await wire.write(Buffer.from('BYE\n'));
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  return {
    ...driver,
    attach: async (...args) => ({ ...(await driver.attach(...args)), detach }),
  };
}

test('the answer to the goodbye of a device that was removed is not taken for that of another one on its line', async () => {
  const { rig, heard, says } = controllers(polite);
  await rig.until(() => heard.at(-1) === '#02ID');
  await says('CTL');
  await rig.until(() => rig.device('unit-2').state === 'ready');
  const removing = rig.devices.remove('unit-2', { by: 'test' });
  await rig.until(() => heard.at(-1) === 'BYE');
  const other = rig.submit('unit-1', 'go');
  // As long as a goodbye may take, and a little more.
  await rig.clock.advance(320);
  await says('OK');
  await rig.settled(removing);
  expect(await rig.settled(other)).toMatchObject({ outcome: 'unknown' });
});

/** Is told to go, and ends neither by itself nor when it is to. */
function deaf(driver: AnyDriver): AnyDriver {
  const go = async (_: never, { wire }: Call<ByteWire>): Promise<never> => {
    await wire.write(Buffer.from('#02GO\n'));
    return await new Promise(() => {});
  };
  return {
    ...driver,
    attach: async (connection, options, context) => {
      const session = await driver.attach(connection, options, context);
      const { unit } = options as { unit: number };
      return unit === 2 ? { ...session, commands: { ...session.commands, go } } : session;
    },
  };
}

test('the answer to a command whose driver ignores that it is over, in a device that was removed, is not taken either', async () => {
  const { rig, heard, says } = controllers(deaf);
  await rig.until(() => heard.at(-1) === '#02ID');
  await says('CTL');
  await rig.until(() => rig.device('unit-2').state === 'ready');
  void rig.submit('unit-2', 'go');
  await rig.until(() => heard.at(-1) === '#02GO');
  const removing = rig.devices.remove('unit-2', { by: 'test' });
  const other = rig.submit('unit-1', 'go');
  // The time of a command of what is removed, and then that of a handler that is to end; and a little more.
  await rig.clock.advance(1020);
  await says('OK');
  await rig.settled(removing);
  expect(await rig.settled(other)).toMatchObject({ outcome: 'unknown' });
});
