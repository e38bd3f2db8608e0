import { trusted } from '../../src/access/caller.ts';
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import { homie } from '../../drivers/homie/driver.ts';
import { Control } from '../../src/command/control.ts';
import { defaultLimits } from '../../src/device/limits.ts';
import { Registry } from '../../src/device/registry.ts';
import { BellcrankError } from '../../src/driver/index.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Message, MessageConnection } from '../../src/transport/connection.ts';
import type { MemoryHub } from '../../src/transport/memory.ts';
import { silentLog } from '../support/rig.ts';

/** Hears announcements as if somebody else had made them, with topics of his own: a Bellcrank passes over its own. */
function asStranger(connection: MessageConnection): MessageConnection {
  const { subscribe, publish } = connection;
  const renamed = (message: Message): Message => {
    const text = Buffer.from(message.payload).toString();
    const theirs = text.replace('"o":{"name":"bellcrank"', '"o":{"name":"somebody"').replaceAll('/set"', '/put"');
    return { ...message, payload: Buffer.from(theirs) };
  };
  connection.subscribe = (filter, hear, options) =>
    subscribe.call(connection, filter, (message) => hear(renamed(message)), options);
  connection.publish = (topic, payload, options) =>
    publish.call(connection, topic.replace(/\/put$/, '/set'), payload, options);
  return connection;
}

/** Another service on the same broker, which has what is told there for its devices, by drivers that others wrote. */
export async function neighbour(hub: MemoryHub, clock: VirtualClock) {
  const registry = new Registry({
    drivers: [homeAssistant, homie],
    clock,
    random: () => 0.5,
    log: silentLog,
    limits: defaultLimits,
    maxDevices: 100,
    observe: (event) => control.observed(event),
  });
  const control = new Control({
    registry,
    store: new MemoryStore(1000),
    clock,
    log: silentLog,
    randomBytes,
    interlocks: [],
    observe: () => {},
    observeLease: () => {},
  });
  registry.addConnection('hub', {
    transport: 'memory',
    shape: 'messages',
    label: 'memory',
    simulated: false,
    open: () => Promise.resolve(asStranger(hub.connect('neighbour'))),
  });
  onTestFinished(async () => {
    control.close();
    const closing = registry.close(new BellcrankError('shutting-down', 'over', { reason: 'shutdown' }));
    await Promise.all([closing, clock.advance(5000)]);
  });
  /** Many things wait for one another; each has its turn. */
  const settle = async (): Promise<void> => {
    for (let step = 0; step < 40; step++) await clock.advance(50);
  };
  const add = async (driver: string, device: string) => {
    const labels = {};
    const common = { restrictions: {}, enabled: true, managedBy: 'api' } as const;
    const added = registry.add({ id: 'oven', driver, connection: 'hub', options: { device }, labels, ...common });
    await settle();
    return added;
  };
  /** Runs a command to its end, which may take its device's time. */
  const run = async (command: string, params: unknown) => {
    const { ended } = await control.pipeline.start({ device: 'oven', command, params, caller: trusted('test') });
    for (let step = 0; step < 100; step++) await clock.advance(100);
    return await ended;
  };
  return { registry, control, add, run, settle };
}
