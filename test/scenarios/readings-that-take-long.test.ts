import { expect, test } from 'vitest';
import { definitionDriver } from '../../drivers/declarative/driver.ts';
import { modbusDriver } from '../../drivers/modbus/driver.ts';
import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import template from '../../drivers/template/driver.ts';
import type { AnyDriver, ByteConnection } from '../../src/driver/index.ts';
import { definitionOf } from '../support/definition.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

type Answer = (request: Buffer) => Buffer | undefined;

/** The value of a property of a device that takes four seconds for each answer, after so long. */
async function readingOf(
  driver: AnyDriver,
  property: string,
  answer: Answer,
  options = {},
  ms = 20_000,
): Promise<unknown> {
  const rigged: { clock?: ReturnType<typeof createRig>['clock'] } = {};
  const line = new MemoryLine((far: ByteConnection) => {
    far.onData((chunk) => {
      const said = answer(Buffer.from(chunk));
      if (said !== undefined) rigged.clock?.timer(4000, () => void far.write(said).catch(() => {}));
    });
  });
  const rig = createRig(driver, { line }, [{ id: 'slow', connection: 'line', options }]);
  rigged.clock = rig.clock;
  await rig.clock.advance(ms);
  return rig.device('slow').reading(property).value;
}

const text =
  (answers: Readonly<Record<string, string>>): Answer =>
  (request) => {
    const said = answers[request.toString('latin1').trim()];
    return said === undefined ? undefined : Buffer.from(`${said}\n`, 'latin1');
  };

test('a property of a definition is waited for as long as its reply may take', async () => {
  const definition = definitionOf({
    name: 'meter',
    properties: {
      level: {
        schema: { type: 'number' },
        pollMs: 1000,
        read: { send: 'L?', expect: '{value:%f}', replyTimeoutMs: 5000 },
      },
    },
  });
  let asked = 0;
  const answer: Answer = (request) => text({ 'L?': String(++asked) })(request);
  // No other question leaves before it comes: that would be answered by it.
  await readingOf(definitionDriver(definition), 'level', answer, {}, 3900);
  expect(asked).toBe(1);
  expect(await readingOf(definitionDriver(definition), 'level', text({ 'L?': '1.5' }))).toBe(1.5);
});

test.each([
  ['in all', { totalTimeoutMs: 5000 }],
  ['between two of its bytes', {}],
])('a reply that may take long %s is waited for to its end', async (_, total) => {
  const definition = definitionOf({
    name: 'scope',
    properties: {
      level: {
        schema: { type: 'number' },
        pollMs: 1000,
        read: { send: 'L?', expect: '{value:%f}', replyTimeoutMs: 500, interByteTimeoutMs: 4500, ...total },
      },
    },
  });
  let asked = 0;
  const line = new MemoryLine((far) => {
    far.onData(() => {
      asked++;
      void far.write(Buffer.from('1.'));
      rig.clock.timer(4000, () => void far.write(Buffer.from('5\n')).catch(() => {}));
    });
  });
  const rig = createRig(definitionDriver(definition), { line }, [{ id: 'slow', connection: 'line' }]);
  await rig.clock.advance(3900);
  // Asked twice, it would have the end of the first reply in the second.
  expect(asked).toBe(1);
  await rig.clock.advance(600);
  expect(rig.device('slow').reading('level')).toMatchObject({ value: 1.5, quality: 'good' });
});

test('a device that may not be asked often is waited for through the time between two questions', async () => {
  const definition = definitionOf({
    name: 'rare',
    line: { minIntervalMs: 4000 },
    properties: {
      level: {
        schema: { type: 'number' },
        pollMs: 60_000,
        read: {
          steps: [
            { send: 'A', expect: 'OK' },
            { send: 'L?', expect: '{value:%f}' },
          ],
        },
      },
    },
  });
  const answers = text({ A: 'OK', 'L?': '1.5' });
  const line = new MemoryLine((far) => {
    far.onData((chunk) => {
      const said = answers(Buffer.from(chunk));
      if (said !== undefined) void far.write(said);
    });
  });
  const rig = createRig(definitionDriver(definition), { line }, [{ id: 'rare', connection: 'line' }]);
  await rig.clock.advance(20_000);
  expect(rig.device('rare').reading('level')).toMatchObject({ value: 1.5, quality: 'good' });
});

test('so are the registers of a device behind a slow gateway', async () => {
  const driver = modbusDriver({
    model: 'far-away',
    properties: { level: { schema: { type: 'number' }, register: { table: 'holding', address: 0, type: 'uint16' } } },
  });
  const answer: Answer = (request) =>
    Buffer.concat([request.subarray(0, 4), Buffer.of(0, 5, request[6] ?? 0, 3, 2, 0, 7)]);
  expect(await readingOf(driver, 'level', answer, { replyTimeoutMs: 4500 })).toBe(7);
});

test('and what a supply tells', async () => {
  const number = '5.0';
  const answers = {
    '*IDN?': 'ACME,PSU,1,1',
    'SYST:ERR?': '0,"No error"',
    'VOLT?': number,
    'CURR?': number,
    'MEAS:VOLT?': number,
    'MEAS:CURR?': number,
    'MEAS:POW?': number,
    'OUTP?': '0',
  };
  const soon = text({ '*IDN?': answers['*IDN?'], 'SYST:ERR?': answers['SYST:ERR?'] });
  const late = text(answers);
  const line = new MemoryLine((far) => {
    far.onData((chunk) => {
      const [said, later] = [soon(Buffer.from(chunk)), late(Buffer.from(chunk))];
      if (said !== undefined) void far.write(said);
      else if (later !== undefined) rig.clock.timer(4000, () => void far.write(later).catch(() => {}));
    });
  });
  const rig = createRig(scpiSupply, { line }, [{ id: 'psu', connection: 'line', options: { replyTimeoutMs: 4500 } }]);
  await rig.clock.advance(40_000);
  expect(rig.device('psu').reading('measured-voltage').value).toBe(5);
});

test('and what a driver made of the template asks for', async () => {
  const line = new MemoryLine((far) => {
    far.onData((chunk) => {
      if (Buffer.from(chunk).toString() === 'ID?\n') void far.write(Buffer.from('HEATER 1.0\n'));
      else rig.clock.timer(4000, () => void far.write(Buffer.from('TEMP 20.5\n')).catch(() => {}));
    });
  });
  const rig = createRig(template, { line }, [{ id: 'slow', connection: 'line', options: { replyTimeoutMs: 4500 } }]);
  await rig.clock.advance(8000);
  expect(rig.device('slow').reading('temperature')).toMatchObject({ value: 20.5, quality: 'good' });
});
