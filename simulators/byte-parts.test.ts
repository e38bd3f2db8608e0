import { describe, expect, onTestFinished, test } from 'vitest';
import { validate } from '../src/driver/index.ts';
import { VirtualClock } from '../src/testing/virtual-clock.ts';
import { memoryBytes } from '../src/transport/memory.ts';
import { settle } from '../src/testing/virtual-clock.ts';
import { simulators } from './index.ts';
import type { Simulator } from './simulator.ts';
import type { SimulatedPart } from './state.ts';

const optionsOf: Readonly<Record<string, unknown>> = {
  'bellcrank-oven': { units: [{ unit: 1 }, { unit: 2, device: { temperature: 60 } }] },
};

function made(model: string, options: unknown = optionsOf[model], seed = 7) {
  const kind = simulators.find((candidate) => candidate.model === model);
  if (kind === undefined) throw new Error(`there is no simulator of ${model}`);
  const clock = new VirtualClock();
  const simulator = kind.create({ clock, seed, options });
  onTestFinished(() => simulator.close());
  const { wire } = simulator;
  if (wire.shape !== 'bytes') throw new Error('these speak bytes');
  const { near, far } = memoryBytes();
  wire.serve(far);
  let heard = '';
  near.onData((chunk) => (heard += Buffer.from(chunk).toString('latin1')));
  const say = async (text: string): Promise<string> => {
    heard = '';
    await near.write(Buffer.from(text, 'latin1'));
    await settle();
    await clock.advance(50);
    return heard;
  };
  const nak = (text: string): string | undefined => {
    const said = wire.nak?.(Buffer.from(text, 'latin1'));
    return said && Buffer.from(said).toString('latin1');
  };
  return { kind, clock, simulator, say, nak };
}

function partOf({ parts = [] }: Simulator, name = 'main'): SimulatedPart {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined) throw new Error(`there is no part ${name}`);
  return part;
}

/** As the control does it: validated, then set. */
function put(part: SimulatedPart, name: string, value: unknown): void {
  const entry = part.state[name];
  expect(validate(entry?.schema ?? {}, value)).toEqual([]);
  if (entry?.set === undefined) throw new Error(`${name} cannot be set`);
  entry.set(value as never);
}

const seen = (part: SimulatedPart, name: string): unknown => part.state[name]?.get();

const byteModels = simulators
  .filter((kind) => {
    try {
      const simulator = kind.create({ clock: new VirtualClock(), seed: 1, options: optionsOf[kind.model] });
      simulator.close();
      return simulator.wire.shape === 'bytes';
    } catch {
      return false;
    }
  })
  .map(({ model }) => model);

test('the shipped ones on byte wires are looked at', () => {
  expect(byteModels).toEqual(
    expect.arrayContaining(['grbl', 'nmea0183', 'scpi-supply', 'bellcrank-oven', 'rigol-dp832']),
  );
});

describe.each(byteModels)('%s', (model) => {
  test('has parts whose state is what its schema says, with a title', () => {
    const { parts = [] } = made(model).simulator;
    expect(parts.length).toBeGreaterThan(0);
    for (const { state } of parts) {
      for (const [name, { schema, get }] of Object.entries(state)) {
        const value = get();
        if (value !== undefined && !Number.isNaN(value)) expect(validate(schema, value), name).toEqual([]);
      }
    }
  });

  test('takes what it is, and is it still', () => {
    const { parts = [] } = made(model).simulator;
    for (const { state } of parts) {
      for (const [name, { get, set }] of Object.entries(state)) {
        const value = get();
        if (set === undefined || value === undefined || Number.isNaN(value)) continue;
        set(value as never);
        if (typeof value === 'number') expect(get(), name).toBeCloseTo(value, 3);
        else expect(get(), name).toEqual(value);
      }
    }
  });

  test('another one of the kind can be put in its place', () => {
    const { kind } = made(model);
    const options = kind.another?.(optionsOf[model] ?? {}, 7) ?? optionsOf[model];
    expect(() => kind.create({ clock: new VirtualClock(), seed: 8, options }).close()).not.toThrow();
  });
});

describe('the supply', () => {
  test('a hand at its panel and its terminals is seen on the wire', async () => {
    const { simulator, say, clock } = made('scpi-supply');
    const part = partOf(simulator);
    put(part, 'voltage-setpoint', 5);
    put(part, 'load', 2);
    part.buttons?.['output']?.();
    await clock.advance(1000);
    expect(await say('VOLT?\nOUTP?\nMEAS:VOLT?\n')).toBe('5.000000\n1\n2.000000\n');
    expect([seen(part, 'mode'), seen(part, 'current'), seen(part, 'voltage')]).toEqual(['current', 1, 2]);
    put(part, 'load', 1e9);
    expect([seen(part, 'mode'), seen(part, 'current'), seen(part, 'voltage')]).toEqual(['voltage', 0, 5]);
    part.buttons?.['power-cycle']?.();
    expect(await say('OUTP?\n')).toBe('0\n');
  });

  test('says no with its error queue, does nothing, and tells of the queue', async () => {
    const { simulator, say, nak } = made('scpi-supply');
    expect(nak('VOLT 5;:SYST:ERR?\n')).toBe('-200,"Execution error"\n');
    expect(nak('OUTP ON\n')).toBe('');
    expect(nak('MEAS:VOLT?\n')).toBe('');
    expect(nak('VOLT')).toBeUndefined();
    expect(seen(partOf(simulator), 'errors')).toBe(2);
    expect(nak('*IDN?\n')).toMatch(/^BELLCRANK/);
    expect(await say('VOLT?\nOUTP?\n')).toBe('0.000000\n0\n');
  });

  test('another one has another identity, also where the first was given one', async () => {
    const { kind, say } = made('scpi-supply', { identity: 'ACME,1' });
    expect(await say('*IDN?\n')).toBe('ACME,1\n');
    const other = made('scpi-supply', kind.another?.({ identity: 'ACME,1' }, 7), 8);
    expect(await other.say('*IDN?\n')).toBe('BELLCRANK,SIM-SUPPLY,000008,1.0\n');
  });
});

describe('the mill', () => {
  test('its position is where it is pushed, but not while it is driven', async () => {
    const { simulator, say, clock } = made('grbl');
    const part = partOf(simulator);
    put(part, 'x', 12.5);
    put(part, 'z', -3);
    expect(await say('?')).toContain('MPos:12.500,0.000,-3.000');
    await say('G1X20F100\n');
    expect(seen(part, 'state')).toBe('Run');
    expect(() => put(part, 'y', 1)).toThrow(/being driven/);
    await clock.advance(60_000);
    expect(seen(part, 'x')).toBe(20);
  });

  test('door, hold, start and reset are what its buttons say', async () => {
    const { simulator, say } = made('grbl');
    const part = partOf(simulator);
    await say('G1X20F10\n');
    part.buttons?.['hold']?.();
    expect(seen(part, 'state')).toBe('Hold');
    await say('?');
    part.buttons?.['start']?.();
    expect(seen(part, 'state')).toBe('Run');
    part.buttons?.['door']?.();
    expect([seen(part, 'state'), seen(part, 'door-open')]).toEqual(['Door', true]);
    expect(await say('?')).toMatch(/Door:.*Pn:D/);
    put(part, 'door-open', false);
    expect(seen(part, 'door-open')).toBe(false);
    part.buttons?.['reset']?.();
    expect(await say('?')).toContain('Grbl 1.1h');
  });

  test('a limit switch is told, and with hard limits it is an alarm', async () => {
    const { simulator, say } = made('grbl');
    const part = partOf(simulator);
    put(part, 'limit-y', true);
    expect(await say('?')).toContain('Pn:Y');
    expect(seen(part, 'state')).toBe('Idle');
    put(part, 'limit-y', false);
    expect(await say('?')).not.toContain('Pn:');
    await say('$21=1\n');
    put(part, 'limit-x', true);
    expect(seen(part, 'state')).toBe('Alarm');
  });

  test('a broken homing switch is alarm 9', async () => {
    const { simulator, say, clock } = made('grbl', { homing: true, homingMs: 100 });
    put(partOf(simulator), 'homing-switch-broken', true);
    await say('$H\n');
    await clock.advance(200);
    expect(seen(partOf(simulator), 'state')).toBe('Alarm');
    expect(seen(partOf(simulator), 'homing-switch-broken')).toBe(false);
  });

  test('says no to each line, and to nothing else', () => {
    const { nak } = made('grbl');
    expect(nak('G0X1\n$H\n')).toBe('error:9\r\nerror:8\r\n');
    expect(nak('?')).toBeUndefined();
    expect(nak('!')).toBeUndefined();
  });
});

describe('the receiver', () => {
  test('tells where it is carried, and what it no longer sees', async () => {
    const { simulator, clock } = made('nmea0183', { noise: 0, speed: 0 });
    const part = partOf(simulator);
    put(part, 'latitude', 10);
    put(part, 'longitude', 20);
    put(part, 'satellites', 5);
    let text = '';
    if (simulator.wire.shape !== 'bytes') return;
    const { near, far } = memoryBytes();
    near.onData((chunk) => (text += Buffer.from(chunk).toString('latin1')));
    simulator.wire.serve(far);
    await clock.advance(1000);
    expect(text).toContain('1000.00000,N,02000.00000,E');
    put(part, 'fix', false);
    text = '';
    await clock.advance(1000);
    expect(text).toMatch(/RMC,[\d.]+,V/);
    put(part, 'talks', false);
    text = '';
    await clock.advance(5000);
    expect(text).toBe('');
  });

  test('carried while it moves, it goes on from there', async () => {
    const { simulator, clock } = made('nmea0183', { speed: 10, course: 0 });
    const part = partOf(simulator);
    await clock.advance(10_000);
    put(part, 'latitude', 0);
    put(part, 'course', 90);
    await clock.advance(11_119.5);
    expect(seen(part, 'latitude')).toBeCloseTo(0, 6);
    expect(Number(seen(part, 'longitude')) - 10.25).toBeCloseTo(0.001, 5);
  });

  test('listens to nobody, so it refuses nothing', () => {
    expect(made('nmea0183').nak('x')).toBeUndefined();
  });
});

describe('the ovens', () => {
  const both = () => {
    const { simulator, ...others } = made('bellcrank-oven');
    return { ...others, simulator, one: partOf(simulator, 'unit-1'), two: partOf(simulator, 'unit-2') };
  };

  test('each unit is a part, which a device is by its address', () => {
    const { one, two } = both();
    expect(one.is?.('bellcrank-oven', {})).toBe(true);
    expect(one.is?.('bellcrank-oven', { unit: 2 })).toBe(false);
    expect(two.is?.('bellcrank-oven', { unit: 2 })).toBe(true);
    expect(two.is?.('bellcrank-oven', {})).toBe(false);
    expect([seen(one, 'temperature'), seen(two, 'temperature')]).toEqual([21, 60]);
  });

  test('temperature, door and room are set as the world sets them', async () => {
    const { one, clock } = both();
    put(one, 'temperature', 40);
    expect(seen(one, 'temperature')).toBe(40);
    put(one, 'room-temperature', 35);
    await clock.advance(3_600_000);
    expect(seen(one, 'temperature')).toBeCloseTo(35, 3);
    put(one, 'setpoint', 100);
    put(one, 'heater-on', true);
    await clock.advance(1000);
    expect(Number(seen(one, 'power'))).toBeGreaterThan(1000);
    one.buttons?.['unit-1-door']?.();
    expect([seen(one, 'door-open'), seen(one, 'power')]).toEqual([true, 0]);
    expect(one.state['power']?.set).toBeUndefined();
  });

  test('an alarm keeps the heater off until it is reset on the front', () => {
    const { one } = both();
    put(one, 'sensor-broken', true);
    expect(seen(one, 'alarm')).toBe('sensor');
    expect(() => put(one, 'heater-on', true)).toThrow(/does not let/);
    one.buttons?.['unit-1-reset-alarm']?.();
    expect(seen(one, 'alarm')).toBe('sensor');
    put(one, 'sensor-broken', false);
    one.buttons?.['unit-1-reset-alarm']?.();
    expect(seen(one, 'alarm')).toBe('none');
    put(one, 'heater-on', true);
  });

  test('what its register cannot hold is not put there', () => {
    const { one } = both();
    expect(() => one.state['ramp']?.set?.(9999 as never)).toThrow(/cannot hold/);
    expect(seen(one, 'ramp')).toBe(0);
  });

  test('says no with an exception of the function and the unit that were asked, and a right checksum', () => {
    const { nak } = both();
    const read = Buffer.from('0203000000018439', 'hex').toString('latin1');
    const answer = Buffer.from(nak(read) ?? '', 'latin1');
    expect([...answer.subarray(0, 3)]).toEqual([2, 0x83, 1]);
    expect(answer).toHaveLength(5);
    expect(answer.readUInt16LE(3)).toBe(crc(answer.subarray(0, 3)));
    expect(nak(Buffer.from([9, 3, 0, 0, 0, 1]).toString('latin1'))).toBeUndefined();
    const tcp = Buffer.from('000700000006010300000001', 'hex').toString('latin1');
    expect(Buffer.from(nak(tcp) ?? '', 'latin1').toString('hex')).toBe('000700000003018301');
  });

  test('another one says that it is another', () => {
    const { kind } = both();
    const { simulator } = made('bellcrank-oven', kind.another?.({}, 1));
    expect(simulator.parts?.map(({ name }) => name)).toEqual(['unit-1']);
    expect(JSON.stringify(kind.another?.({}, 1))).toContain('ANOTHER DEVICE');
  });
});

describe('a defined supply', () => {
  test('what a hand turns is told on the wire, and a refusal is in its words', async () => {
    const { simulator, say, nak } = made('lakeshore-335');
    const part = partOf(simulator);
    const [name = ''] = Object.keys(part.state).filter((each) => each.startsWith('setpoint'));
    put(part, name, 88);
    expect(await say('SETP? 1\r\n')).toMatch(/88/);
    expect(nak('SETP 1,50\r\n')).toBeDefined();
    expect(seen(part, name)).toBe(88);
  });

  test('another one says that it is another', async () => {
    const { kind } = made('rigol-dp832');
    const other = made('rigol-dp832', kind.another?.({}, 7), 8);
    expect(await other.say('*IDN?\n')).toContain('ANOTHER DEVICE');
  });
});

/** CRC-16 of the standard’s table-free form, apart from the simulator’s. */
function crc(bytes: Uint8Array): number {
  return bytes.reduce((register, byte) => {
    let next = register ^ byte;
    for (let bit = 0; bit < 8; bit++) next = next % 2 === 1 ? (next >>> 1) ^ 0xa001 : next >>> 1;
    return next;
  }, 0xffff);
}
