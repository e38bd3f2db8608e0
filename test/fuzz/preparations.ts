import type { Operation } from './document.ts';
import type { Filling } from './places.ts';
import type { FuzzService } from './service.ts';

/** What chance does not come to by itself: what must be so first, and what is then asked. */
export interface Prepared {
  readonly filling?: Filling;
  readonly body?: unknown;
}

type Prepare = (service: FuzzService) => Promise<Prepared>;

const spare = { id: 'added', driver: 'scpi-supply', connection: 'spare-line' };
const given =
  (prepared: Prepared): Prepare =>
  () =>
    Promise.resolve(prepared);

const preparations: Readonly<Record<string, Prepare>> = {
  async addDevice({ ask }) {
    await ask('DELETE', '/v1/devices/added');
    return { body: spare };
  },
  async changeDevice({ ask }) {
    await ask('POST', '/v1/devices', spare);
    return { filling: { id: 'added' }, body: { labels: { shelf: 'b' } } };
  },
  async removeDevice({ ask }) {
    await ask('POST', '/v1/devices', spare);
    return { filling: { id: 'added' } };
  },
  getAlarm: alarm,
  acknowledgeAlarm: alarm,
  getCommand: async ({ ask }) => await ofCommand(ask('POST', '/v1/devices/supply/commands/output', { on: true })),
  async cancelCommand({ ask }) {
    await ask('PUT', '/v1/simulators/supply/faults', { faults: [{ kind: 'mute' }] });
    const send = () => ask('POST', '/v1/devices/supply/commands/output', { on: true }, { prefer: 'respond-async' });
    await send();
    // It waits for the one before, which is not answered.
    return await ofCommand(send());
  },
  async getLease({ ask }) {
    await ask('PUT', '/v1/devices/gps/lease', { ttlMs: 60_000 });
    return { filling: { id: 'gps' } };
  },
  // Not every fault is one that every wire can have.
  setFaults: given({ filling: { id: 'supply' }, body: { faults: [{ kind: 'delay', ms: 1 }] } }),
  // What its keys may be is said by the simulator’s own errors alone.
  setSimulatedTime: given({ body: { speed: 2 } }),
  setSimulatedState: given({ filling: { id: 'oven' }, body: { temperature: 30 } }),
  pressButton: given({ filling: { id: 'plug' }, body: { button: 'power-cycle' } }),
  readValue: given({ filling: { id: 'plug', name: 'power' } }),
  writeValue: given({ filling: { id: 'plug', name: 'power' }, body: true }),
  invokeAction: given({ filling: { id: 'plug', name: 'power' }, body: { on: true } }),
  createKey: given({ body: { name: 'made', role: 'viewer' } }),
  rotateKey: key('rotated'),
  revokeKey: key('revoked'),
  'mill.move-to': given({ body: { x: -10, y: -10, feed: 600, coordinates: 'machine' } }),
  'mill.jog': given({ body: { x: -1, feed: 600 } }),
  // With no more digits than the controller reads.
  'mill.set-setting': given({ body: { number: 110, value: 500.25 } }),
  'mill.run-job': given({ body: { gcode: 'G21\nG91\nG0 X-1' } }),
};

async function alarm({ ask, clock }: FuzzService): Promise<Prepared> {
  await ask('PATCH', '/v1/simulators/oven/state', { temperature: 90 });
  await clock.advance(10_000);
  const { items } = (await ask('GET', '/v1/alarms')).json as { items: readonly { id: string }[] };
  return { filling: { id: items[0]?.id ?? '' } };
}

async function ofCommand(sent: ReturnType<FuzzService['ask']>): Promise<Prepared> {
  const { id } = (await sent).json as { id: string };
  return { filling: { id } };
}

function key(name: string): Prepare {
  return async ({ ask }) => {
    await ask('POST', '/v1/keys', { name, role: 'viewer' });
    return { filling: { id: name } };
  };
}

/** Makes so whatever must be for an operation to do what it is for. */
export async function prepare({ id, path }: Operation, service: FuzzService): Promise<Prepared> {
  if (path.startsWith('/v1/devices/mill/commands')) await referenced(service);
  return (await preparations[id]?.(service)) ?? {};
}

/** A mill moves when it knows where it is. */
async function referenced({ ask }: FuzzService): Promise<void> {
  await ask('POST', '/v1/devices/mill/commands/soft-reset');
  await ask('POST', '/v1/devices/mill/commands/home');
}
