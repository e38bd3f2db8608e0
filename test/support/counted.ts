import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Counters, counterDriver } from './counter.ts';
import { httpOver } from './http.ts';
import { HubLine } from './hub-line.ts';
import { createRig, type Rig, type RigSettings } from './rig.ts';

export interface Counted {
  readonly rig: Rig;
  readonly http: FastifyInstance;
  readonly url: string;
  readonly counters: Counters;
  /** The next number of a device, told by it. */
  count(id: string): number;
}

/** A service over real HTTP with devices that tell numbers, one after the other. */
export async function counted(ids: readonly string[], settings: RigSettings = {}): Promise<Counted> {
  const counters: Counters = new Map();
  const devices = ids.map((id, index) => ({
    id,
    connection: 'broker',
    options: { name: id },
    labels: { half: index % 2 === 0 ? 'even' : 'odd' },
  }));
  const rig = createRig(counterDriver(counters), { broker: new HubLine() }, devices, {
    maxDevices: 20_000,
    ...settings,
  });
  for (const { id } of devices) rig.device(id).start();
  await rig.until(() => devices.every(({ id }) => rig.device(id).state === 'ready'));
  const http = await httpOver(rig);
  await http.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => http.close());
  const last = new Map<string, number>();
  const count = (id: string): number => {
    const next = (last.get(id) ?? 0) + 1;
    last.set(id, next);
    counters.get(id)?.report('count', next);
    return next;
  };
  for (const id of ids) count(id);
  return { rig, http, url: `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`, counters, count };
}
