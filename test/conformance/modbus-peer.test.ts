import { once } from 'node:events';
import { createServer } from 'node:net';
import modbusSerial from 'modbus-serial';
import { afterEach, describe, expect, test } from 'vitest';
import { modbusDriver, type ModbusMap } from '../../drivers/modbus/index.ts';
import { exceptions, modbusSimulator, ovenSimulator } from '../../simulators/modbus/index.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import { systemClock } from '../../src/clock.ts';
import type { AnySession } from '../../src/driver/index.ts';
import { tcp } from '../../src/transport/index.ts';
import { makeCall } from '../support/call.ts';
import { makeContext } from '../support/context.ts';
import { openContext } from '../wire/support.ts';

/** An implementation of Modbus by other people: what both of us understand alike is hardly our own mistake. */
const Peer = modbusSerial.default;

const number = { type: 'number', minimum: -3000, maximum: 3000 };
const write = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs: 1000 } as const;
const at = (address: number) => ({ table: 'holding', address }) as const;

/** One register of each kind. */
const kinds: ModbusMap = {
  model: 'kinds',
  summary: 'One register of each kind',
  properties: {
    small: { summary: 'S', schema: number, register: { ...at(0), type: 'int16', scale: 0.1 }, write },
    large: { summary: 'L', schema: number, register: { ...at(1), type: 'int32' }, write },
    swapped: { summary: 'W', schema: number, register: { ...at(3), type: 'float32', wordOrder: 'little' }, write },
    exact: { summary: 'E', schema: number, register: { ...at(5), type: 'float64' }, write },
    flag: {
      summary: 'F',
      schema: { type: 'boolean' },
      register: { ...at(9), type: 'bool', bit: 6 },
      write: { ...write, function: 22 },
    },
    text: {
      summary: 'T',
      schema: { type: 'string', maxLength: 8 },
      register: { ...at(10), type: 'string', length: 4 },
      write,
    },
    relay: { summary: 'R', schema: { type: 'boolean' }, register: { table: 'coil', address: 3, type: 'bool' }, write },
    lamp: {
      summary: 'R',
      schema: { type: 'boolean' },
      register: { table: 'coil', address: 4, type: 'bool' },
      write: { ...write, function: 15 },
    },
    input: { summary: 'I', schema: { type: 'boolean' }, register: { table: 'discrete', address: 9, type: 'bool' } },
    measured: { summary: 'M', schema: number, register: { table: 'input', address: 7, type: 'float32' } },
  },
};

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function served<S extends ReturnType<SimulatorKind['create']>>(simulator: S) {
  const listener = await listenTcp();
  const { wire } = simulator;
  if (wire.shape !== 'bytes') throw new Error('not a byte stream');
  listener.onConnection((far) => wire.serve(far));
  closing.push(() => listener.close());
  return { simulator, port: listener.port };
}

describe.each(['mbap', 'rtu'] as const)('another’s client understands our simulator, %s', (framing) => {
  const connect = async (port: number): Promise<InstanceType<typeof Peer>> => {
    const client = new Peer();
    if (framing === 'mbap') await client.connectTCP('127.0.0.1', { port });
    else await client.connectTcpRTUBuffered('127.0.0.1', { port });
    client.setID(1);
    client.setTimeout(2000);
    closing.push(() => new Promise((resolve) => client.close(resolve)));
    return client;
  };

  test('reads and writes of every function', async () => {
    const simulator = modbusSimulator(kinds).create({ clock: systemClock, seed: 1, options: {} });
    const { port } = await served(simulator);
    const client = await connect(port);
    const { bank } = simulator.unit();
    bank.set('measured', 123.456);
    bank.set('input', true);
    expect((await client.readInputRegisters(7, 2)).buffer.readFloatBE()).toBeCloseTo(123.456, 4);
    expect((await client.readDiscreteInputs(9, 1)).data[0]).toBe(true);
    await client.writeCoil(3, true);
    expect(bank.get('relay')).toBe(true);
    await client.writeCoils(3, [false, true]);
    expect((await client.readCoils(3, 2)).data.slice(0, 2)).toEqual([false, true]);
    await client.writeRegister(0, 0xff_ce);
    expect(bank.get('small')).toBe(-5);
    await client.writeRegisters(1, [0xff_ff, 0xfb_2e]);
    expect(bank.get('large')).toBe(-1234);
    expect((await client.readHoldingRegisters(0, 3)).data).toEqual([0xff_ce, 0xff_ff, 0xfb_2e]);
    await client.writeRegister(9, 0x00_12);
    await client.maskWriteRegister(9, 0xff_bf, 0x00_40);
    expect((await client.readHoldingRegisters(9, 1)).data).toEqual([0x00_52]);
    expect(bank.get('flag')).toBe(true);
  });

  test('exceptions and identification', async () => {
    const { simulator, port } = await served(ovenSimulator.create({ clock: systemClock, seed: 1, options: {} }));
    const client = await connect(port);
    await expect(client.readHoldingRegisters(900, 1)).rejects.toMatchObject({ modbusCode: 2 });
    simulator.unit().faults.refuse(exceptions.busy, 1);
    await expect(client.writeRegister(0, 1)).rejects.toMatchObject({ modbusCode: 6 });
    expect(Object.values((await client.readDeviceIdentification(1, 0)).data)).toEqual(['Bellcrank', 'OVEN', '1.0']);
  });
});

describe('our driver understands another’s server', () => {
  async function server() {
    const registers = new Map<number, number>();
    const coils = new Map<number, boolean>();
    const input = Buffer.alloc(4);
    input.writeFloatBE(123.456);
    const missing = (address: number): Error =>
      Object.assign(new Error('no such register'), { modbusErrorCode: 2, address });
    const vector = {
      getInputRegister: (address: number) => input.readUInt16BE((address - 7) * 2),
      getHoldingRegister: (address: number) => {
        if (address > 20) throw missing(address);
        return registers.get(address) ?? 0;
      },
      getCoil: (address: number) => coils.get(address) ?? false,
      getDiscreteInput: (address: number) => address === 9,
      setRegister: (address: number, value: number) => void registers.set(address, value),
      setCoil: (address: number, value: boolean) => void coils.set(address, value),
    };
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => probe.close(resolve));
    const running = new modbusSerial.ServerTCP(vector, { host: '127.0.0.1', port, unitID: 1 });
    await once(running, 'initialized');
    closing.push(() => new Promise<void>((resolve) => running.close(() => resolve())));
    return { port, registers, coils };
  }

  async function attached(map: ModbusMap, port: number): Promise<{ session: AnySession; call: () => never }> {
    const connection = await tcp.open({ host: '127.0.0.1', port }, openContext());
    if (connection.shape !== 'bytes') throw new Error('not a byte stream');
    closing.push(() => connection.close());
    const session = await modbusDriver(map).attach(connection, { unit: 1 }, makeContext().context);
    // The contract erases calls to `never`.
    return { session, call: () => makeCall(connection).call as never };
  }

  const { flag: _, ...properties } = kinds.properties;
  const plain = { ...kinds, properties };

  test.each<[string, unknown, [number, number][]]>([
    ['small', -5, [[0, 0xff_ce]]],
    [
      'large',
      -1234,
      [
        [1, 0xff_ff],
        [2, 0xfb_2e],
      ],
    ],
    [
      'swapped',
      123.456,
      [
        [3, 0xe9_79],
        [4, 0x42_f6],
      ],
    ],
    [
      'exact',
      0.1,
      [
        [5, 0x3f_b9],
        [6, 0x99_99],
        [7, 0x99_99],
        [8, 0x99_9a],
      ],
    ],
    [
      'text',
      'Hello',
      [
        [10, 0x48_65],
        [11, 0x6c_6c],
        [12, 0x6f_00],
        [13, 0],
      ],
    ],
  ])('%s', async (name, value, words) => {
    const { port, registers } = await server();
    const { session, call } = await attached(plain, port);
    await session.write?.[name]?.(value as never, call());
    for (const [address, word] of words) expect(registers.get(address)).toBe(word);
    expect(await session.read?.[name]?.(call())).toBe(value);
  });

  test('bits, inputs and merged reads', async () => {
    const { port, coils } = await server();
    const { session, call } = await attached(plain, port);
    await session.write?.['relay']?.(true as never, call());
    await session.write?.['lamp']?.(true as never, call());
    expect([...coils]).toEqual([
      [3, true],
      [4, true],
    ]);
    const found = await session.readMany?.(Object.keys(properties), call());
    expect(found).toMatchObject({ relay: true, lamp: true, input: true, measured: 123.456, small: 0, text: '' });
  });

  test('an exception', async () => {
    const { port } = await server();
    const far = { summary: 'X', schema: number, register: { ...at(30), type: 'int16' } } as const;
    const { session, call } = await attached({ ...plain, properties: { far } }, port);
    await expect(session.read?.['far']?.(call())).rejects.toMatchObject({
      code: 'device-refused',
      device: { code: '02' },
    });
  });
});
