import type { InjectOptions } from 'fastify';
import { drivers } from '../../drivers/index.ts';
import { randomFrom } from '../../simulators/behaviour/random.ts';
import { simulators } from '../../simulators/index.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { Wiring } from '../../simulators/wiring.ts';
import { type App, createApp } from '../../src/app.ts';
import { formatProblems, loadConfig } from '../../src/config/index.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { LabLog } from '../../src/testing/lab/log.ts';
import { LabWires } from '../../src/testing/lab/wires.ts';
import { seededBytes } from '../../src/testing/seeded-bytes.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { type FuzzAnswer, inject } from './answer.ts';

const memory = (model: string, options: object = {}) => ({ simulate: { model, via: 'memory', seed: 1, options } });
const none = 'http://127.0.0.1:9/hook';

/** Devices of several dialects, and something of everything that routes are about. */
const text = JSON.stringify({
  server: {
    port: 0,
    // What one client asks for on a clock that stands still would be too much in no time.
    limits: { clientRequestsPerSecond: 0, eventLoopDelayMs: 0, heapPercent: 0 },
  },
  connections: {
    'supply-line': memory('scpi-supply'),
    'witness-line': memory('scpi-supply'),
    'spare-line': memory('scpi-supply'),
    'mill-line': memory('grbl', { homing: true, homingMs: 500 }),
    'oven-line': memory('bellcrank-oven', { units: [{ unit: 1, device: {} }] }),
    'gps-line': memory('nmea0183'),
    house: {
      simulate: {
        via: 'mqtt',
        devices: [
          { model: 'tasmota', seed: 1, options: { topic: 'plug', telePeriodSeconds: 10 } },
          { model: 'shelly-gen2', seed: 1, options: { switches: 1, lights: 0, covers: 0, inputs: 1 } },
          { model: 'homie', seed: 1, options: { device: 'thermostat', child: false } },
        ],
      },
    },
  },
  discovery: { house: {} },
  alarms: [{ name: 'hot', device: 'oven', property: 'temperature', high: 60, severity: 'warning' }],
  interlocks: [{ name: 'cool', device: 'oven', forbid: ['heat'], unless: 'self.temperature < 150', maxAgeMs: 90_000 }],
  webhooks: [{ name: 'pager', url: none, secret: `whsec_${'A'.repeat(32)}`, types: ['alarm'], timeoutMs: 100 }],
  devices: {
    supply: { driver: 'scpi-supply', connection: 'supply-line', labels: { bench: 'left' } },
    // Nothing is sent to it but what shows that the service goes on.
    witness: { driver: 'scpi-supply', connection: 'witness-line' },
    mill: { driver: 'grbl', connection: 'mill-line' },
    oven: { driver: 'bellcrank-oven', connection: 'oven-line', options: { unit: 1 } },
    gps: { driver: 'nmea0183', connection: 'gps-line' },
    plug: { driver: 'tasmota', connection: 'house', options: { topic: 'plug' } },
  },
});

export type Method = NonNullable<InjectOptions['method']>;

export interface FuzzService {
  readonly app: App;
  readonly clock: VirtualClock;
  readonly log: LabLog;
  readonly wires: LabWires;
  /** Keys by role. */
  readonly keys: Readonly<Record<'admin' | 'viewer', string>>;
  /** The device that nothing is sent to but by `alive`. */
  readonly witness: string;
  /** Sends a request, and lets time pass until it is answered; with the admin's key unless another one, or `''`, is given. */
  ask(method: Method, url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<FuzzAnswer>;
  send(request: InjectOptions): Promise<FuzzAnswer>;
  /** Undoes what latches, holds or breaks. */
  calm(): Promise<void>;
  /** Releases what is stopped, and fails unless a command then succeeds. */
  alive(): Promise<void>;
  readonly close: () => Promise<void>;
}

/** Longest that an answer may take, by the service's clock: it waits 30 s for a command. */
const longestMs = 120_000;

/** The whole service on wires in memory and a clock of its own, closed to whoever has no key. */
export async function fuzzService(seed: number): Promise<FuzzService> {
  const clock = new VirtualClock();
  const log = new LabLog();
  const load = () => loadConfig({ file: 'fuzz.json', text, env: {}, transports: [], drivers, simulators });
  const loaded = await load();
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const wiring = new Wiring([]);
  const wires = new LabWires({ simulators, run: runSimulator, clock, wiring, scripts: new Map() });
  const random = randomFrom(seed);
  const randomBytes = seededBytes(randomFrom(~seed));
  const { config } = loaded;
  const parts = { config, drivers, transports: [], simulate: wires.simulate, clock, log, load, random, randomBytes };
  const app = await createApp({ ...parts, store: new MemoryStore(100_000), version: 'fuzz' });
  await clock.settled(app.open());
  const admin = await clock.settled(app.access.keys.create({ name: 'admin', role: 'admin' }));
  const viewer = await clock.settled(app.access.keys.create({ name: 'viewer', role: 'viewer' }));
  const keys = { admin: admin.key, viewer: viewer.key };
  const send = async (request: InjectOptions): Promise<FuzzAnswer> => {
    const answer = inject(app, request);
    // Files of the machine have a part in this one, and they do not come as the clock goes.
    const isOutside = JSON.stringify(request.url ?? '').includes('ports');
    return await (isOutside ? answer : clock.settled(answer, longestMs)).catch((error: unknown) => {
      throw new Error(`no answer to ${JSON.stringify(request).slice(0, 500)}`, { cause: error });
    });
  };
  const ask: FuzzService['ask'] = (method, url, body, headers = {}) =>
    send({
      method,
      url,
      headers: { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  const calm = async (): Promise<void> => {
    await ask('DELETE', '/v1/stop');
    for (const { id, simulated } of app.registry.devices) {
      await freed(id, ask);
      if (!simulated) continue;
      await ask('DELETE', `/v1/simulators/${id}/faults`);
      await ask('PATCH', `/v1/simulators/${id}/time`, { speed: 1, paused: false });
      await ask('POST', `/v1/simulators/${id}/press`, { button: 'plug' });
    }
    await ask('PATCH', '/v1/simulators/gps/state', { talks: true });
    await areReady(app, clock);
  };
  const alive = async (): Promise<void> => {
    await ask('DELETE', '/v1/stop');
    const { status, text } = await ask('POST', '/v1/devices/witness/commands/set-voltage', { volts: 5 });
    if (status !== 200) throw new Error(`the service does not go on: ${status} ${text}`);
  };
  if (!(await areReady(app, clock))) throw new Error('the devices do not get ready');
  const close = (): Promise<void> => clock.settled(app.close());
  return { app, clock, log, wires, keys, witness: 'witness', send, ask, calm, alive, close };
}

/** Nobody holds it afterwards. */
async function freed(id: string, ask: FuzzService['ask']): Promise<void> {
  if ((await ask('GET', `/v1/devices/${id}/lease`)).status !== 200) return;
  const { json } = await ask('PUT', `/v1/devices/${id}/lease?steal=true`, { ttlMs: 60_000 });
  await ask('DELETE', `/v1/devices/${id}/lease`, undefined, { 'lease-token': (json as { token: string }).token });
}

/** Whether every device is ready within some time, which passes until then. */
async function areReady({ registry }: App, clock: VirtualClock): Promise<boolean> {
  for (let passed = 0; passed < 20_000; passed += 100) {
    if (registry.devices.every(({ state, settings }) => state === 'ready' || !settings.enabled)) return true;
    await clock.advance(100);
  }
  return false;
}
