import type { JsonSchema } from '../../../src/driver/index.ts';
import type { Lab, LabDevice } from '../../../src/testing/index.ts';
import { plan } from './plan.ts';

/** States in which a device is not there for anybody. */
const presences: readonly string[] = ['online', 'available', 'talks'];

/** What a device takes, as it described itself when the walk began. */
export interface Taken {
  readonly device: LabDevice;
  readonly commands: Readonly<Record<string, Spec>>;
  readonly writes: Readonly<Record<string, Spec>>;
  readonly reads: readonly string[];
  readonly others: readonly string[];
}

export interface Spec {
  readonly params: JsonSchema;
  readonly timeoutMs: number;
  readonly long?: boolean;
  /** `read` is answered by a device that is stopped as well. */
  readonly effect?: string;
}

/** What a walk may have broken by hand, that nothing but a hand mends. */
export function repaired(device: LabDevice): void {
  const settable = Object.entries(device.simulator.state(partOf(device))).filter(([, its]) => its.settable);
  for (const [name, { value }] of settable) {
    if (presences.includes(name) && value === false) device.setState({ [name]: true });
    if (name === 'radio') device.setState({ radio: 'well' });
  }
}

export function partOf({ id, simulator }: LabDevice): string {
  const { driver, model, options = {} } = plan.devices[id] ?? {};
  const part = simulator.partOf(driver ?? model ?? '', options);
  if (part === undefined) throw new Error(`${id} has no part`);
  return part;
}

export async function takenBy(lab: Lab, id: string): Promise<Taken> {
  const view = (await lab.http.inject(`/v1/devices/${id}`)).json<{
    commands: Record<string, Spec>;
    properties: Record<string, { schema: JsonSchema; access: string; source: unknown; write?: { timeoutMs: number } }>;
  }>();
  const device = lab.device(id);
  const properties = Object.entries(view.properties);
  const writes = properties.flatMap(([name, { schema, write }]) => {
    const params = { type: 'object', properties: { value: schema }, required: ['value'] };
    return write === undefined ? [] : [[`write:${name}`, { params, timeoutMs: write.timeoutMs }] as const];
  });
  const others = Object.keys(plan.devices).filter((other) => lab.device(other).simulator === device.simulator);
  const reads = properties.filter(([, { access }]) => access !== 'write').map(([name]) => name);
  return { device, commands: view.commands, writes: Object.fromEntries(writes), reads, others };
}
