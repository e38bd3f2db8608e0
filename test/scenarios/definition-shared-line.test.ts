import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { type DefinitionInput, definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const number = { type: 'number' };

/** Controllers on one RS-485 line; each answers with its address. */
const controller: DefinitionInput = {
  name: 'controller',
  options: { unit: { type: 'integer' } },
  address: ({ unit }) => String(unit),
  frame: { send: '#{unit:%02d}{message}', expect: '*{unit:%02d}{message}' },
  identify: { send: 'ID', expect: 'CTL{serial:%d}' },
  properties: { value: { schema: number, pollMs: 1000, read: { send: 'V', expect: '{value:%f}' } } },
  commands: { set: { params: { to: number }, send: 'S{to:%d}', expect: 'OK' } },
  stop: { send: 'X', expect: 'OK' },
};

function units(answers: (unit: number, message: string) => string | undefined) {
  const heard: string[] = [];
  const serve = (far: ByteConnection): void => {
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
        const message = input.slice(0, end);
        input = input.slice(end + 1);
        heard.push(message);
        const unit = Number(message.slice(1, 3));
        const answer = answers(unit, message.slice(3));
        if (answer !== undefined) void far.write(Buffer.from(`*${message.slice(1, 3)}${answer}\n`)).catch(() => {});
      }
    });
  };
  const line = new MemoryLine(serve);
  const devices = [1, 2].map((unit) => ({ id: `unit-${unit}`, connection: 'line', options: { unit } }));
  const rig = createRig(definitionDriver(definitionOf(controller)), { line }, devices);
  return { rig, line, heard };
}

const healthy = (unit: number, message: string): string | undefined =>
  ({ ID: `CTL${unit}`, V: `${unit}.5`, X: 'OK' })[message] ?? (message.startsWith('S') ? 'OK' : undefined);

test('devices with other addresses share a line, each with its own values', async () => {
  const { rig } = units(healthy);
  await rig.until(() => [1, 2].every((unit) => rig.device(`unit-${unit}`).reading('value').quality === 'good'));
  expect([1, 2].map((unit) => rig.device(`unit-${unit}`).reading('value').value)).toEqual([1.5, 2.5]);
  expect(await rig.settled(rig.submit('unit-2', 'set', { to: 7 }))).toMatchObject({ outcome: 'succeeded' });
});

test('one that is silent leaves the others their line', async () => {
  let isSilent = false;
  const { rig } = units((unit, message) => (unit === 2 && isSilent ? undefined : healthy(unit, message)));
  await rig.until(() => [1, 2].every((unit) => rig.device(`unit-${unit}`).state === 'ready'));
  isSilent = true;
  expect(await rig.settled(rig.submit('unit-2', 'set', { to: 7 }))).toMatchObject({ outcome: 'unknown' });
  expect(await rig.settled(rig.submit('unit-1', 'set', { to: 7 }))).toMatchObject({ outcome: 'succeeded' });
  await rig.clock.advance(10_000);
  expect(rig.device('unit-1').state).toBe('ready');
  expect(rig.device('unit-1').reading('value').quality).toBe('good');
});

test('a stop is acknowledged behind the reply of another unit whose exchange it broke off', async () => {
  const { rig, line, heard } = units((unit, message) =>
    message === 'X' || message.startsWith('S') ? undefined : healthy(unit, message),
  );
  await rig.until(() => [1, 2].every((unit) => rig.device(`unit-${unit}`).state === 'ready'));
  const setting = rig.submit('unit-2', 'set', { to: 7 });
  await rig.clock.advance(10);
  const stopping = rig.device('unit-1').stop('stop-1');
  await rig.clock.advance(10);
  expect(heard.slice(-2)).toEqual(['#02S7', '#01X']);
  await line.far?.write(Buffer.from('*02OK\n*01OK\n'));
  const stopped = await rig.settled(stopping);
  expect(stopped.invoked).toMatchObject({ returned: true, level: 'acknowledged', evidence: { reply: '*01OK' } });
  expect(await rig.settled(setting)).toMatchObject({ outcome: 'unknown' });
});

test('the reply of another unit is not taken for its own', async () => {
  const { rig, line } = units((unit, message) =>
    unit === 1 && message.startsWith('S') ? undefined : healthy(unit, message),
  );
  await rig.until(() => [1, 2].every((unit) => rig.device(`unit-${unit}`).state === 'ready'));
  const setting = rig.submit('unit-1', 'set', { to: 7 });
  await rig.clock.advance(10);
  await line.far?.write(Buffer.from('*02OK\n'));
  expect(await rig.settled(setting)).toMatchObject({ outcome: 'unknown' });
});
