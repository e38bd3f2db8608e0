/**
 * `node bench/device-weight.ts home-assistant` or `mqtt-rpc`: what one more device on a broker weighs on the heap, from
 * 1,000 devices to 3,000, on a broker in memory; without HTTP, journal, stream and discovery.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { homeAssistant } from '../drivers/home-assistant/driver.ts';
import { mqttRpcDriver } from '../drivers/mqtt-rpc/driver.ts';
import { systemClock } from '../src/clock.ts';
import { defaultLimits } from '../src/device/limits.ts';
import { Registry } from '../src/device/registry.ts';
import type { ParentLog } from '../src/device/settings.ts';
import { MemoryHub } from '../src/transport/memory.ts';
import { described } from './described.ts';

const silent: ParentLog = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: console.error,
  child: () => silent,
};
const hub = new MemoryHub();
const registry = new Registry({
  drivers: [homeAssistant, mqttRpcDriver],
  clock: systemClock,
  random: Math.random,
  log: silent,
  limits: defaultLimits,
  maxDevices: 20_000,
  observe: () => {},
});
const prefix = 'fleet';
const methods = {
  'set-voltage': {
    summary: 'Set the voltage',
    effect: 'idempotent',
    params: { properties: { volts: { type: 'number', minimum: 0, maximum: 30 } }, required: ['volts'] },
    result: { type: 'object', properties: { volts: { type: 'number' } }, required: ['volts'] },
  },
};
/** Objects that all devices have in common, as they do when they come from a configuration or from a rule. */
const common = { connection: 'broker', labels: {}, restrictions: {}, enabled: true, managedBy: 'config' } as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function say(topic: string, text: string, retain: boolean): void {
  hub.publish(topic, Buffer.from(text), { retain });
}

const kinds = {
  'home-assistant'(id: string, isFirst: boolean): void {
    // Live: what a broker retains is its own memory.
    say(`homeassistant/device/${id}/config`, JSON.stringify(described(prefix, id)), isFirst);
    registry.add({ ...common, id, driver: 'home-assistant', options: { device: id } });
  },
  'mqtt-rpc'(id: string): void {
    const options = { device: id, request: 'rpc/{device}/set', correlation: 'properties', methods };
    registry.add({ ...common, id, driver: 'mqtt-rpc', options });
  },
};

async function heapBytes(): Promise<number> {
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 4; time++) {
    await pause(30);
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Adds devices until there are so many; resolves with the heap then. */
async function grown(add: (id: string, isFirst: boolean) => void, from: number, to: number): Promise<number> {
  for (let index = from; index < to; index++) {
    add(`${prefix}-${index}`, index === 0);
    if (index % 20 === 0) await pause(0);
  }
  while (registry.devices.some(({ state }) => state !== 'ready')) await pause(50);
  return await heapBytes();
}

setFlagsFromString('--expose-gc');
const [kind = ''] = process.argv.slice(2);
if (kind !== 'home-assistant' && kind !== 'mqtt-rpc') throw new Error('home-assistant or mqtt-rpc?');
registry.addConnection('broker', {
  transport: 'memory',
  shape: 'messages',
  label: 'memory',
  simulated: true,
  open: async () => hub.connect(),
});
const [few, many] = [1000, 3000];
const before = await grown(kinds[kind], 0, few);
const after = await grown(kinds[kind], few, many);
console.log(`${kind}: ${((after - before) / (many - few) / 1000).toFixed(1)} KB a device`);
await Promise.all(registry.connections.map((link) => link.stop()));
