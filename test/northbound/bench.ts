import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { Control } from '../../src/command/control.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import { Registry } from '../../src/device/registry.ts';
import { BellcrankError } from '../../src/driver/index.ts';
import { type Northbound, NorthboundService } from '../../src/northbound/index.ts';
import type { CommandRecord } from '../../src/store/record.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { silentLog } from '../support/rig.ts';
import { Oven } from './oven.ts';

/** A service with one oven on a broker in memory, and somebody who listens there. */
export async function northbound(settings: Partial<Northbound>, hub = new MemoryHub()) {
  const ended: CommandRecord[] = [];
  const oven = new Oven();
  const clock = new VirtualClock();
  const registry = new Registry({
    drivers: [oven.driver],
    clock,
    random: () => 0.5,
    log: silentLog,
    limits: defaultLimits,
    maxDevices: 100,
    observe(event) {
      control.observed(event);
      service.observed(event);
    },
  });
  const control = new Control({
    registry,
    store: new MemoryStore(1000),
    clock,
    log: silentLog,
    randomBytes,
    interlocks: [],
    observe: (record) => void ended.push({ ...record }),
    observeLease: () => {},
  });
  const { pipeline, stops } = control;
  let cut: (() => void) | undefined;
  const warned: string[] = [];
  const warn = (fields: { topic?: string; filter?: string }, message: string): void => {
    warned.push(`${message}: ${fields.topic ?? fields.filter}`);
  };
  const whole = { connection: 'house', instance: 'lab', base: 'bellcrank', commands: true, ...settings };
  const service = new NorthboundService([whole], {
    registry,
    pipeline,
    stops,
    clock,
    random: () => 0.5,
    log: { ...silentLog, warn },
    limits: defaultLimits,
    version: '1.2.3',
    openerOf: (_connection, _name, presence) => ({
      transport: 'memory',
      shape: 'messages',
      label: 'memory',
      simulated: false,
      async open() {
        const { topic, offline, online } = presence;
        const connection = hub.connect('northbound', { topic, payload: offline, retain: true });
        await connection.publish(topic, online, { retain: true });
        const close = connection.close.bind(connection);
        connection.close = async () => {
          await connection.publish(topic, presence.goodbye, { retain: true });
          await close();
        };
        cut = () => connection.lose(new Error('cut'));
        return connection;
      },
    }),
  });
  const user = hub.connect('user');
  /** The newest payload of each topic, and everything that was said. */
  const told = new Map<string, string>();
  const said: { topic: string; payload: string; retained: boolean }[] = [];
  await user.subscribe('#', ({ topic, payload, retained }) => {
    const text = Buffer.from(payload).toString();
    told.set(topic, text);
    said.push({ topic, payload: text, retained });
  });
  const add = (id: string, labels: Readonly<Record<string, string>> = {}) =>
    registry.add({
      id,
      driver: 'oven',
      connection: undefined,
      options: {},
      labels,
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    });
  onTestFinished(async () => {
    control.close();
    await Promise.all([service.close(), clock.advance(1000)]);
    const closing = registry.close(new BellcrankError('shutting-down', 'over', { reason: 'shutdown' }));
    await Promise.all([closing, clock.advance(2000)]);
  });
  const settle = (): Promise<void> => clock.advance(20);
  add('oven-1', { kind: 'oven' });
  service.start();
  await settle();
  return {
    ended,
    warned,
    oven,
    clock,
    registry,
    control,
    service,
    hub,
    user,
    told,
    said,
    add,
    settle,
    cut: () => cut?.(),
    json: (topic: string): Record<string, unknown> => JSON.parse(told.get(topic) ?? 'null') as Record<string, unknown>,
    async publish(topic: string, payload: string, retain = false): Promise<void> {
      await user.publish(topic, payload, { retain });
      await settle();
    },
    expectTold: (topic: string, payload: string | undefined): void => expect(told.get(topic), topic).toBe(payload),
  };
}
