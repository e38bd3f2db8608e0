import { expect, test } from 'vitest';
import { createLab, type Lab, type LabDeviceSpec } from '../../src/testing/index.ts';
import { follow, type SseReader } from '../support/sse.ts';

interface Told {
  readonly device: string;
  readonly name: string;
  readonly value: unknown;
  readonly quality: string;
  readonly cause: { readonly kind: string; readonly commandId?: string };
}

async function followed(devices: Readonly<Record<string, LabDeviceSpec>>): Promise<{ lab: Lab; reader: SseReader }> {
  const lab = await createLab({ devices });
  const { url } = await lab.listen();
  const reader = await follow(url);
  await reader.until(({ told }) => told.some(({ event }) => event === 'synced'));
  return { lab, reader };
}

const values = (reader: SseReader, name: string): Told[] =>
  reader.data<Told>('property').filter((told) => told.name === name);

async function toldOf(reader: SseReader, name: string, count = 1): Promise<readonly Told[]> {
  await reader.until(() => values(reader, name).length >= count);
  return values(reader, name);
}

/** On a line the value that verifies a write is read within its call; what is polled afterwards is nobody's doing. */
test.each([
  { what: 'SCPI', spec: { model: 'scpi-supply' }, property: 'voltage-setpoint', value: 5 },
  { what: 'a definition on Modbus', spec: { model: 'bellcrank-oven' }, property: 'ramp', value: 3 },
])(
  '$what: a write that is read back, a poll, and a read that somebody asked for',
  async ({ spec, property, value }) => {
    const { lab, reader } = await followed({ one: spec });
    await using _ = lab;
    const { id, outcome } = await lab.device('one').write(property, value);
    expect(outcome).toBe('succeeded');
    expect(await toldOf(reader, property)).toMatchObject([{ value, cause: { kind: 'command', commandId: id } }]);
    await lab.clock.advance(12_500);
    const polled = (await toldOf(reader, property, 2)).slice(1);
    expect(polled[0]).toMatchObject({ value, cause: { kind: 'poll' } });
    const before = values(reader, property).length;
    await lab.device('one').read(property);
    const read = (await toldOf(reader, property, before + 1)).slice(before);
    expect(read[0]).toMatchObject({ value, cause: { kind: 'poll' } });
    // Nothing else is said to be the command's doing.
    const ofIt = reader.data<Told>('property').filter(({ cause }) => cause.commandId !== undefined);
    expect(ofIt.map(({ name }) => name)).toEqual([property]);
    reader.close();
  },
);

test('a state message that confirms a command is told as its doing; a hand at the device is not', async () => {
  const { lab, reader } = await followed({
    plug: { model: 'tasmota', simulate: { topic: 'plug' }, options: { topic: 'plug' } },
  });
  await using _ = lab;
  const plug = lab.device('plug');
  const { id, outcome } = await plug.command('power', { on: true });
  expect(outcome).toBe('succeeded');
  expect((await toldOf(reader, 'power'))[0]).toMatchObject({ value: true, cause: { kind: 'command', commandId: id } });
  await lab.clock.advance(1000);
  const before = values(reader, 'power').length;
  await plug.press('button');
  await lab.clock.advance(1000);
  const pressed = (await toldOf(reader, 'power', before + 1)).slice(before);
  expect(pressed.map(({ value, cause }) => ({ value, cause }))).toContainEqual({
    value: false,
    cause: { kind: 'external' },
  });
  expect(pressed.filter(({ cause }) => cause.kind === 'command')).toEqual([]);
  const read = values(reader, 'power').length;
  await plug.read('power');
  expect((await toldOf(reader, 'power', read + 1)).slice(read).map(({ cause }) => cause.kind)).toContain('poll');
  reader.close();
});

test('what the device tells by itself while a command is under way is not taken for its doing', async () => {
  const { lab, reader } = await followed({
    plug: { model: 'tasmota', simulate: { topic: 'plug' }, options: { topic: 'plug', replyTimeoutMs: 5000 } },
  });
  await using _ = lab;
  const plug = lab.device('plug');
  // The order is lost on its way, and somebody presses the button, which says the same.
  await plug.faults.set([{ kind: 'drop', direction: 'heard' }]);
  const { record } = await plug.start('power', { on: false });
  await lab.until(() => record.state === 'sent');
  await lab.clock.advance(100);
  await plug.press('button');
  await lab.clock.advance(1000);
  const told = await toldOf(reader, 'power');
  expect(told[0]).toMatchObject({ value: true, cause: { kind: 'external' } });
  reader.close();
});

test('a device that goes takes what was known of it along, and tells it again when it is back', async () => {
  const { lab, reader } = await followed({ psu: { model: 'scpi-supply' } });
  await using _ = lab;
  const psu = lab.device('psu');
  await psu.press('unplug');
  await psu.until('offline');
  await reader.until((its) => its.data('device').some(({ view }) => (view as { state: string }).state === 'offline'));
  await psu.press('plug');
  await psu.until('ready');
  await lab.clock.advance(3000);
  const back = reader
    .events()
    .findLastIndex(
      ({ event, data }) => event === 'device' && (data as { view: { state: string } }).view.state === 'ready',
    );
  await reader.until((its) =>
    its
      .events()
      .slice(back)
      .some(({ data }) => (data as Told).name === 'measured-voltage'),
  );
  const told = reader
    .events()
    .slice(back)
    .map(({ data }) => data as Told);
  expect(told.find(({ name }) => name === 'measured-voltage')).toMatchObject({
    quality: 'good',
    cause: { kind: 'poll' },
  });
  reader.close();
});

test('a value that cannot be read is told with why', async () => {
  const { lab, reader } = await followed({ psu: { model: 'scpi-supply' } });
  await using _ = lab;
  await lab.device('psu').faults.set([{ kind: 'mute', clearAfterMs: 3000 }]);
  await lab.clock.advance(5000);
  await reader.until((its) => its.data<Told>('property').some(({ quality }) => quality === 'bad'));
  expect(reader.data<Told>('property').find(({ quality }) => quality === 'bad')).toMatchObject({
    error: expect.stringContaining('did not answer'),
    cause: { kind: 'poll' },
  });
  reader.close();
});
