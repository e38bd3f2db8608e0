import { describe, expect, test } from 'vitest';
import { bytewise } from '../../../test/support/chunking.ts';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };
const boolean = { type: 'boolean' };

/** A supply in the manner of many: settings without an answer, questions with one. */
const supply: DefinitionInput = {
  identify: { send: '*IDN?', expect: 'ACME {kind:%s} V{version:%f}' },
  options: { kind: { type: 'string' } },
  errors: [
    { match: 'ERR{code:%d}', texts: { '5': 'Out of range' } },
    { match: 'BUSY', outcome: 'busy' },
  ],
  properties: {
    voltage: {
      schema: number,
      read: { send: 'VSET?', expect: '{value:%f}' },
      write: { send: 'VSET {value:%.2f}', expect: 'OK' },
    },
    current: {
      schema: number,
      read: { send: 'IOUT?', expect: '{value:%d}', fields: { value: { scale: 0.001, offset: 0 } } },
    },
    output: { schema: boolean, read: { send: 'OUT?', expect: '{value:%{OFF|ON}}' } },
  },
  commands: {
    output: { params: { on: boolean }, send: 'OUT {on:%{OFF|ON}}', expect: 'OK' },
    beep: { send: 'BEEP', spec: { confirmation: 'sent' } },
    measure: {
      spec: { effect: 'read' },
      send: 'MEAS?',
      expect: '{volts:%f},{amps:%f}',
      result: { volts: number, amps: number },
    },
  },
};

const healthy = {
  '*IDN?': 'ACME PSU V1.20\n',
  'VSET?': '5.25\n',
  'IOUT?': '123\n',
  'OUT?': 'ON\n',
  'VSET 7.50': 'OK\n',
  'OUT ON': 'OK\n',
  'MEAS?': '5.1,0.2\n',
};

describe('attach', () => {
  test('asks who it is and sends nothing else', async () => {
    const { attach, heard } = definedDevice(supply, healthy);
    await attach();
    expect(heard).toEqual(['*IDN?']);
  });

  test('accepts the device that the options mean', async () => {
    const { attach } = definedDevice(supply, healthy);
    await expect(attach({ kind: 'PSU' })).resolves.toBeDefined();
  });

  test('refuses another one, quoting both', async () => {
    const { attach } = definedDevice(supply, healthy);
    await expect(attach({ kind: 'LOAD' })).rejects.toMatchObject({
      code: 'identity-mismatch',
      message: 'the device says that its kind is "PSU", not "LOAD"',
    });
  });

  test('refuses what does not answer as such a device does, quoting both', async () => {
    const { attach } = definedDevice(supply, { '*IDN?': 'OTHER\n' });
    await expect(attach()).rejects.toMatchObject({
      code: 'identity-mismatch',
      message: 'the device says that it is "OTHER", not "ACME {kind:%s} V{version:%f}"',
    });
  });

  test('gives up on a silent line after the reply timeout', async () => {
    const { attach, clock } = definedDevice(supply);
    const attached = expect(attach()).rejects.toMatchObject({ code: 'device-timeout' });
    await clock.advance(200);
    await attached;
  });

  test('an attach that fails stops listening', async () => {
    const { attach, device, told } = definedDevice(supply, healthy);
    await expect(attach({ kind: 'LOAD' })).rejects.toMatchObject({ code: 'identity-mismatch' });
    await device.say('anything\n');
    expect(told.unmatched).toEqual([]);
  });

  test('runs init after the identity', async () => {
    const init = [{ send: 'REMOTE' }, { waitMs: 50 }, { send: 'ECHO?', expect: '0' }];
    const { attach, heard, clock } = definedDevice({ ...supply, init }, { ...healthy, 'ECHO?': '0\n' });
    const attached = attach();
    await clock.advance(49);
    expect(heard).toEqual(['*IDN?', 'REMOTE']);
    await clock.advance(1);
    await attached;
    expect(heard).toEqual(['*IDN?', 'REMOTE', 'ECHO?']);
  });

  test('an init that is refused is no attach', async () => {
    const { attach } = definedDevice(
      { ...supply, init: [{ send: 'REMOTE', expect: 'OK' }] },
      { ...healthy, REMOTE: 'ERR5\n' },
    );
    await expect(attach()).rejects.toMatchObject({ code: 'device-refused' });
  });

  test('needs a byte stream', async () => {
    const { driver, told } = definedDevice(supply);
    expect(() => driver.attach(null, {}, told.context)).toThrow(expect.objectContaining({ code: 'driver-fault' }));
  });

  test('has a model of its own only where it differs from the largest', async () => {
    const adapt: DefinitionInput['adapt'] = (definition, options) =>
      options['kind'] === undefined
        ? definition
        : { ...definition, model: { ...definition.model, summary: 'Smaller' } };
    const { attach } = definedDevice({ ...supply, adapt }, healthy);
    expect((await attach()).model).toBeUndefined();
    expect((await attach({ kind: 'PSU' })).model).toMatchObject({ summary: 'Smaller' });
  });
});

test('what the runtime must know of the line is in the driver', () => {
  const { driver } = definedDevice({
    ...supply,
    line: { gapMs: 20, quietMs: 300, baudRate: 9600, parity: 'even' },
    address: ({ kind }) => String(kind),
  });
  expect(driver).toMatchObject({
    maxInFlight: 1,
    timing: { gapMs: 20, quietMs: 300 },
    serial: { baudRate: 9600, parity: 'even' },
    transports: ['serial', 'tcp'],
  });
  expect(driver.address?.({ kind: 'A' })).toBe('A');
  expect(definedDevice(supply).driver.address).toBeUndefined();
});

describe('reads', () => {
  test.each([
    ['voltage', 'VSET?', 5.25],
    ['current', 'IOUT?', 0.123],
    ['output', 'OUT?', true],
  ])('%s is asked with %s', async (name, query, value) => {
    const bench = definedDevice(supply, healthy);
    const { read } = await bench.attached();
    const recorded = bench.call();
    await expect(read(name, recorded.call)).resolves.toBe(value);
    expect(bench.heard).toEqual([query]);
    expect(recorded.confirmed).toEqual([]);
  });

  test.each(['', 'hello', '5.2V', 'NaN', '5.25 ', '9'.repeat(500)])('a reply of %j is nonsense', async (reply) => {
    const bench = definedDevice(supply, { ...healthy, 'IOUT?': `${reply}\n` });
    const { read } = await bench.attached();
    await expect(read('current', bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
  });

  test('nonsense is told with what came and what was expected', async () => {
    const bench = definedDevice(supply, { ...healthy, 'OUT?': 'MAYBE\n' });
    const { read } = await bench.attached();
    await expect(read('output', bench.call().call)).rejects.toMatchObject({
      code: 'device-protocol',
      message: expect.stringMatching(
        /^the device answered "MAYBE" instead of "\{value:%\{OFF\|ON\}\}": expected .* at byte 0$/,
      ),
    });
  });

  test('a refusal of a read is the device’s', async () => {
    const bench = definedDevice(supply, { ...healthy, 'OUT?': 'ERR5\n' });
    const { read } = await bench.attached();
    await expect(read('output', bench.call().call)).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: '5', text: 'Out of range' },
    });
  });

  test('an integer that no number can tell is not told', async () => {
    const bench = definedDevice(
      { properties: { count: { schema: number, read: { send: 'N?', expect: '{value:%u}' } } } },
      { 'N?': ['9007199254740993\n', '9007199254740992\n'] },
    );
    const { read } = await bench.attached();
    await expect(read('count', bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
    await expect(bench.settled(read('count', bench.call().call))).resolves.toBe(9007199254740992);
  });

  test('properties of one reply cost one exchange', async () => {
    const from = { send: 'STATUS?', expect: '{v:%f},{a:%f}', from: 'status' };
    const bench = definedDevice(
      {
        ...supply,
        properties: {
          ...supply.properties,
          volts: { schema: number, read: { ...from, field: 'v' } },
          amps: { schema: number, read: { ...from, field: 'a' } },
        },
      },
      { ...healthy, 'STATUS?': '1.5,0.25\n' },
    );
    const { session, read } = await bench.attached();
    expect(session.readTogether?.(['volts', 'voltage', 'amps', 'output'])).toEqual([
      ['volts', 'amps'],
      ['voltage'],
      ['output'],
    ]);
    const values = await session.readMany?.(['volts', 'amps', 'voltage'], bench.call().call as never);
    expect(values).toEqual({ volts: 1.5, amps: 0.25, voltage: 5.25 });
    expect(bench.heard).toEqual(['STATUS?', 'VSET?']);
    await expect(read('amps', bench.call().call)).resolves.toBe(0.25);
  });

  test('properties of one exchange that asks for different things are not the same', async () => {
    const from = { send: 'CH {channel:%d}?', expect: '{v:%f}', from: 'channel', field: 'v' };
    const bench = definedDevice(
      {
        properties: {
          one: { schema: number, read: { ...from, constants: { channel: 1 } } },
          two: { schema: number, read: { ...from, constants: { channel: 2 } } },
        },
      },
      { 'CH 1?': '1\n', 'CH 2?': '2\n' },
    );
    const { session } = await bench.attached();
    expect(await session.readMany?.(['one', 'two'], bench.call().call as never)).toEqual({ one: 1, two: 2 });
  });

  test('a read may take several steps', async () => {
    const steps = [{ send: 'CH 2', expect: 'OK' }, { waitMs: 30 }, { send: 'V?', expect: '{value:%f}' }];
    const bench = definedDevice(
      { properties: { voltage: { schema: number, read: { steps } } } },
      { 'CH 2': 'OK\n', 'V?': '3\n' },
    );
    const { read } = await bench.attached();
    await expect(bench.settled(read('voltage', bench.call().call))).resolves.toBe(3);
    expect(bench.heard).toEqual(['CH 2', 'V?']);
    expect(bench.clock.monotonic()).toBeGreaterThanOrEqual(30);
  });
});

describe('bits of a field', () => {
  const status = { send: 'ST?', expect: '{flags:%02X}', from: 'status', field: 'flags' };
  const integer = { type: 'integer' };
  const values = { 0: 'off', 1: 'slow', 2: 'fast' };
  const properties = {
    on: { schema: boolean, read: { ...status, bits: { low: 6, high: 6, values: { 0: false, 1: true } } } },
    fault: { schema: integer, read: { ...status, bits: { low: 7, high: 7 } } },
    level: { schema: integer, read: { ...status, bits: { low: 0, high: 2 } } },
    fan: {
      schema: { type: 'string', enum: Object.values(values) },
      read: { ...status, bits: { low: 3, high: 4, values } },
    },
    flags: { schema: integer, read: status },
  };
  const names = Object.keys(properties);

  test('are read in one run, each as its property has it', async () => {
    const bench = definedDevice({ properties }, { 'ST?': ['55\n', 'A8\n'] });
    const { session } = await bench.attached();
    const many = () => session.readMany?.(names, bench.call().call as never);
    expect(await many()).toEqual({ on: true, fault: 0, level: 5, fan: 'fast', flags: 0x55 });
    expect(await many()).toEqual({ on: false, fault: 1, level: 0, fan: 'slow', flags: 0xa8 });
    expect(bench.heard).toEqual(['ST?', 'ST?']);
  });

  test('one property is read alone; a number without a meaning spoils none of the others', async () => {
    const bench = definedDevice({ properties }, { 'ST?': '58\n' });
    const { session, read } = await bench.attached();
    expect(await bench.settled(read('on', bench.call().call))).toBe(true);
    // The schema refuses it, so that only this reading is bad.
    expect(await session.readMany?.(['fan', 'on'], bench.call().call as never)).toEqual({ fan: 3, on: true });
  });
});

describe('an identity of several steps', () => {
  const halves: DefinitionInput = {
    ...supply,
    identifyFirst: [{ send: 'VER', expect: 'ACK' }, { waitMs: 30 }, { send: 'SN', expect: 'SN {serial:%s}' }],
    identify: { send: 'ENQ', expect: 'ACME {kind:%s} V{version:%f}' },
    options: { kind: { type: 'string' }, serial: { type: 'string' } },
  };
  const answers = { ...healthy, VER: 'ACK\n', SN: 'SN 7\n', ENQ: 'ACME PSU V1.20\n' };

  test('is asked in their order', async () => {
    const bench = definedDevice(halves, answers);
    await bench.settled(bench.attach({ kind: 'PSU', serial: '7' }));
    expect(bench.heard).toEqual(['VER', 'SN', 'ENQ']);
    expect(bench.clock.monotonic()).toBeGreaterThanOrEqual(30);
  });

  test('is another one where any step says so, and nothing more is sent', async () => {
    for (const [options, said, heard] of [
      [{}, { VER: 'HELLO\n' }, ['VER']],
      [{ serial: '8' }, {}, ['VER', 'SN']],
      [{ kind: 'LOAD' }, {}, ['VER', 'SN', 'ENQ']],
    ] as const) {
      const bench = definedDevice(halves, { ...answers, ...said });
      await expect(bench.settled(bench.attach(options))).rejects.toMatchObject({ code: 'identity-mismatch' });
      expect(bench.heard).toEqual(heard);
    }
  });

  test('is asked in full after a timeout, once the line is silent', async () => {
    const bench = definedDevice(halves, { ...answers, 'VSET?': '' });
    const { read } = await bench.settled(bench.attached());
    await expect(bench.settled(read('voltage', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    const next = read('current', bench.call().call);
    await bench.clock.advance(60);
    // What looks like the first step's answer is late, and none.
    await bench.device.say('ACK\n');
    await bench.clock.advance(99);
    expect(bench.heard).toEqual(['VSET?']);
    await expect(bench.settled(next)).resolves.toBe(0.123);
    expect(bench.heard).toEqual(['VSET?', 'VER', 'SN', 'ENQ', 'IOUT?']);
  });

  test('that has changed after a timeout is another device', async () => {
    const bench = definedDevice(halves, { ...answers, 'VSET?': '' });
    const { read } = await bench.settled(bench.attached());
    await expect(bench.settled(read('voltage', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    bench.device.answer('SN', 'SN 9\n');
    await expect(bench.settled(read('current', bench.call().call))).rejects.toMatchObject({
      code: 'identity-mismatch',
      message: 'the device says that its serial is "9", not "7"',
    });
  });

  test('may have the device speak of itself', async () => {
    const input: DefinitionInput = {
      identifyFirst: [{ send: 'RST', expect: 'OK' }],
      identify: { expect: 'READY {kind:%s}' },
    };
    const bench = definedDevice(input, { RST: 'OK\nREADY PSU\n' });
    await expect(bench.settled(bench.attach())).resolves.toBeDefined();
    const other = definedDevice({ ...input, options: { kind: { type: 'string' } } }, { RST: 'OK\nREADY PSU\n' });
    await expect(other.settled(other.attach({ kind: 'LOAD' }))).rejects.toMatchObject({ code: 'identity-mismatch' });
  });
});

describe('commands', () => {
  test('are acknowledged by the reply to their last exchange', async () => {
    const bench = definedDevice(supply, healthy);
    const { command, write } = await bench.attached();
    const recorded = bench.call();
    await expect(command('output', { on: true }, recorded.call)).resolves.toEqual({});
    expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'OUT ON', reply: 'OK' } }]);
    const written = bench.call();
    await expect(write('voltage', 7.5, written.call)).resolves.toBeUndefined();
    expect(written.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'VSET 7.50', reply: 'OK' } }]);
  });

  test('without a reply are no more than sent', async () => {
    const bench = definedDevice(supply, healthy);
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(command('beep', {}, recorded.call)).resolves.toEqual({});
    expect(recorded.confirmed).toEqual([]);
    expect(bench.heard).toEqual(['BEEP']);
  });

  test('give the fields that their result has', async () => {
    const bench = definedDevice(supply, healthy);
    const { command } = await bench.attached();
    await expect(command('measure', {}, bench.call().call)).resolves.toEqual({ volts: 5.1, amps: 0.2 });
  });

  test.each([
    ['ERR5\n', 'device-refused', 'refused', { code: '5', text: 'Out of range' }],
    ['ERR6\n', 'device-refused', 'refused', { code: '6', text: 'ERR6' }],
    ['BUSY\n', 'busy', 'refused', { code: '', text: 'BUSY' }],
  ])('%j is a refusal', async (reply, code, outcome, device) => {
    const bench = definedDevice(supply, { ...healthy, 'OUT ON': reply });
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(command('output', { on: true }, recorded.call)).rejects.toMatchObject({ code, outcome, device });
    expect(recorded.confirmed).toEqual([]);
  });

  test('an exchange’s own rules come before the definition’s', async () => {
    const errors = [{ match: 'ERR{code:%d}', outcome: 'failed' as const, text: 'It broke' }];
    const commands = { output: { params: { on: boolean }, send: 'OUT {on:%{OFF|ON}}', expect: '{%*s}', errors } };
    const bench = definedDevice({ ...supply, commands }, { ...healthy, 'OUT ON': 'ERR5\n' });
    const { command } = await bench.attached();
    await expect(command('output', { on: true }, bench.call().call)).rejects.toMatchObject({
      code: 'device-failed',
      outcome: 'failed',
      device: { code: '5', text: 'It broke' },
    });
  });

  test('what cannot be told is refused before anything is sent', async () => {
    const steps = [
      { send: 'A', expect: 'OK' },
      { send: 'B {n:%!2u}', expect: 'OK' },
    ];
    const bench = definedDevice({ commands: { go: { params: { n: number }, steps } } }, { A: 'OK\n' });
    const { command } = await bench.attached();
    await expect(command('go', { n: 12345 }, bench.call().call)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(bench.heard).toEqual([]);
  });

  test('a parameter in the reply must be the one that was sent, as it was printed', async () => {
    const commands = { set: { params: { v: number }, send: 'SET {v:%.1f}', expect: 'SET {v:%.1f}' } };
    const bench = definedDevice({ commands }, { 'SET 1.3': ['SET 1.3\n', 'SET 1.4\n'] });
    const { command } = await bench.attached();
    await expect(command('set', { v: 1.26 }, bench.call().call)).resolves.toEqual({});
    await expect(command('set', { v: 1.26 }, bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
  });

  test('scale and offset are taken back for what is sent', async () => {
    const fields = { v: { scale: 0.1, offset: -5 } };
    const commands = {
      whole: { params: { v: number }, fields, send: 'W {v:%d}', expect: 'W {v:%d}' },
      fine: { params: { v: number }, fields, send: 'F {v:%.3f}' },
      list: { params: { v: { type: 'array', items: number } }, fields, send: 'L {v[,]:%d}' },
    };
    const bench = definedDevice({ commands }, { 'W 53': 'W 53\n' });
    const { command } = await bench.attached();
    await expect(command('whole', { v: 0.3 }, bench.call().call)).resolves.toEqual({});
    await command('fine', { v: 0.3125 }, bench.call().call);
    await command('list', { v: [0.3, 0.7] }, bench.call().call);
    expect(bench.heard).toEqual(['W 53', 'F 53.125', 'L 53,57']);
  });

  test('constants and what the client may leave out are known to the templates', async () => {
    const commands = {
      go: {
        params: { n: number },
        defaults: { n: 3 },
        constants: { channel: 2 },
        send: 'GO {channel:%d},{n:%d},{unit:%d}',
      },
    };
    const bench = definedDevice({ options: { unit: { type: 'integer', default: 9 } }, commands });
    const { command } = await bench.attached();
    await command('go', {}, bench.call().call);
    await command('go', { n: 4 }, bench.call().call);
    expect(bench.heard).toEqual(['GO 2,3,9', 'GO 2,4,9']);
  });
});

describe('dry runs', () => {
  test('capture what would be sent, and send nothing', async () => {
    const bench = definedDevice(supply, healthy);
    const { command } = await bench.attached();
    const recorded = bench.call({ dryRun: true });
    await expect(command('output', { on: true }, recorded.call)).rejects.toMatchObject({ complete: true });
    const beep = bench.call({ dryRun: true });
    await expect(command('beep', {}, beep.call)).resolves.toEqual({});
    expect([recorded.sent, beep.sent, bench.heard]).toEqual([['OUT ON\n'], ['BEEP\n'], []]);
    expect(recorded.confirmed).toEqual([]);
  });

  test('say when more would follow', async () => {
    const steps = [{ send: 'A' }, { waitMs: 1000 }, { send: 'B', expect: 'OK' }, { send: 'C' }];
    const bench = definedDevice({
      commands: { go: { steps }, poll: { steps: [{ repeat: { send: 'P', expect: 'OK' } }] } },
    });
    const { command } = await bench.attached();
    const recorded = bench.call({ dryRun: true });
    await expect(command('go', {}, recorded.call)).rejects.toMatchObject({ complete: false });
    expect(recorded.sent).toEqual(['A\n', 'B\n']);
    await expect(command('poll', {}, bench.call({ dryRun: true }).call)).rejects.toMatchObject({ complete: false });
  });
});

describe('late replies', () => {
  test('resolve the command that asked, with its result or its refusal', async () => {
    const bench = definedDevice(supply, { ...healthy, 'MEAS?': '', 'OUT ON': '' });
    const { command, resync } = await bench.attached();
    const measured = bench.call();
    await expect(bench.settled(command('measure', {}, measured.call))).rejects.toMatchObject({
      code: 'device-timeout',
    });
    await bench.device.say('1,2\n');
    await bench.clock.advance(0);
    expect(measured.late).toEqual([{ volts: 1, amps: 2 }]);
    await bench.settled(resync(bench.call().call));
    const switched = bench.call();
    await expect(bench.settled(command('output', { on: true }, switched.call))).rejects.toMatchObject({
      code: 'device-timeout',
    });
    await bench.device.say('ERR5\n');
    await bench.clock.advance(0);
    expect(switched.late).toMatchObject([{ code: 'device-refused', outcome: 'refused' }]);
  });

  test('never answer the next question', async () => {
    const bench = definedDevice(supply, { ...healthy, 'VSET?': '' });
    const { read } = await bench.attached();
    await expect(bench.settled(read('voltage', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    bench.device.answer('*IDN?', '9.99\nACME PSU V1.20\n');
    await expect(bench.settled(read('current', bench.call().call))).resolves.toBe(0.123);
    expect(bench.heard).toEqual(['VSET?', '*IDN?', 'IOUT?']);
    expect(bench.told.unmatched).toHaveLength(1);
  });

  test('never answer the next command', async () => {
    const bench = definedDevice(supply, { ...healthy, 'VSET?': '' });
    const { read, command } = await bench.attached();
    await expect(bench.settled(read('voltage', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    bench.device.answer('*IDN?', 'OK\nACME PSU V1.20\n');
    bench.device.answer('OUT ON', 'ERR5\n');
    const switched = command('output', { on: true }, bench.call().call);
    await expect(bench.settled(switched)).rejects.toMatchObject({ code: 'device-refused' });
    expect(bench.heard).toEqual(['VSET?', '*IDN?', 'OUT ON']);
  });

  test('without an identity silence is waited for', async () => {
    const { identify: _, ...anonymous } = supply;
    const bench = definedDevice(anonymous, { ...healthy, 'VSET?': '' });
    const { read } = await bench.attached();
    await expect(bench.settled(read('voltage', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    const next = read('current', bench.call().call);
    await bench.clock.advance(60);
    await bench.device.say('9.99\n');
    await bench.clock.advance(99);
    expect(bench.heard).toEqual(['VSET?']);
    await expect(bench.settled(next)).resolves.toBe(0.123);
  });

  describe('with nothing but a property to ask for', () => {
    const heater: DefinitionInput = {
      errors: [{ match: 'ERR {code:%d}' }],
      properties: { temperature: { schema: number, read: { send: 'T?', expect: 'T={value:%f}' } } },
      commands: { heat: { params: { celsius: number }, send: 'S {celsius:%.1f}', expect: 'OK' } },
    };
    const say = { 'T?': 'T=20.0\n', 'S 40.0': '', 'S 60.0': 'ERR 2\n' };

    test('a reply that comes after the silence answers no other command', async () => {
      const bench = definedDevice(heater, say);
      const { command, resync } = await bench.attached();
      await expect(bench.settled(command('heat', { celsius: 40 }, bench.call().call))).rejects.toMatchObject({
        code: 'device-timeout',
      });
      bench.device.answer('T?', 'OK\nT=20.0\n');
      await bench.settled(resync(bench.call().call));
      const other = command('heat', { celsius: 60 }, bench.call().call);
      await expect(bench.settled(other)).rejects.toMatchObject({ code: 'device-refused' });
      expect(bench.heard).toEqual(['S 40.0', 'T?', 'S 60.0']);
      expect(bench.told.unmatched).toEqual(['a frame older than the query: "OK"']);
    });

    test.each([
      ['is not answered', ''],
      ['is refused', 'ERR 7\n'],
    ])('a question that %s leaves the silence, and the device goes on', async (_, answer) => {
      const bench = definedDevice(heater, { ...say, 'T?': answer, 'S 60.0': 'OK\n' });
      const { command, resync } = await bench.attached();
      await expect(bench.settled(command('heat', { celsius: 40 }, bench.call().call))).rejects.toThrow();
      await bench.settled(resync(bench.call().call));
      await bench.settled(command('heat', { celsius: 60 }, bench.call().call));
      expect(bench.heard).toEqual(['S 40.0', 'T?', 'S 60.0']);
    });

    test('a property that is owed itself, or may be what is late, is not asked for', async () => {
      const bench = definedDevice(heater, { ...say, 'T?': '' });
      const { read, resync } = await bench.attached();
      await expect(bench.settled(read('temperature', bench.call().call))).rejects.toThrow();
      await bench.settled(resync(bench.call().call));
      expect(bench.heard).toEqual(['T?']);
      const vague = { temperature: { schema: { type: 'string' }, read: { send: 'T?', expect: '{value:%s}' } } };
      const other = definedDevice({ ...heater, properties: vague }, say);
      const its = await other.attached();
      await expect(other.settled(its.command('heat', { celsius: 40 }, other.call().call))).rejects.toThrow();
      await other.settled(its.resync(other.call().call));
      expect(other.heard).toEqual(['S 40.0']);
    });
  });

  test('a refusal that comes late after other messages is a failure', async () => {
    const steps = [
      { send: 'A', expect: 'OK' },
      { send: 'B', expect: 'OK' },
    ];
    const bench = definedDevice({ ...supply, commands: { go: { steps } } }, { ...healthy, A: 'OK\n' });
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(command('go', {}, recorded.call))).rejects.toMatchObject({ code: 'device-timeout' });
    await bench.device.say('ERR5\n');
    await bench.clock.advance(0);
    expect(recorded.late).toMatchObject([{ code: 'device-failed', outcome: 'failed', device: { code: '5' } }]);
  });
});

test('byte by byte all is the same', async () => {
  const bench = definedDevice(supply, healthy, { rechunk: bytewise });
  const { read, command } = await bench.attached({ kind: 'PSU' });
  await expect(read('voltage', bench.call().call)).resolves.toBe(5.25);
  await expect(command('output', { on: true }, bench.call().call)).resolves.toEqual({});
});

describe('an urgent command', () => {
  const commands = {
    hold: { send: '!', spec: { urgent: true as const, confirmation: 'sent' as const } },
    go: { send: 'GO', expect: 'OK' },
  };
  const errorQueue = { exchange: { send: 'ERR?', expect: '{code:%d}' }, none: 0, maxEntries: 4, failed: [] };

  test('goes past an exchange under way, which still gets its reply, and asks nothing', async () => {
    const bench = definedDevice({ commands, errorQueue }, { 'ERR?': '0\n' });
    const { command } = await bench.attached();
    const going = command('go', {}, bench.call().call);
    await bench.clock.advance(10);
    const recorded = bench.call();
    await expect(command('hold', {}, recorded.call)).resolves.toEqual({});
    expect(bench.heard).toEqual(['ERR?', 'GO', '!']);
    expect(recorded.confirmed).toEqual([]);
    await bench.device.say('OK\n');
    await expect(going).resolves.toEqual({});
  });
});
