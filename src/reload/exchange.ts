import type { Config, ConnectionConfig } from '../config/index.ts';
import type { Device } from '../device/device.ts';
import type { Opener } from '../device/link.ts';
import { asNew, type Exchange, type Registry } from '../device/registry.ts';
import type { NewDevice } from '../device/settings.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { newDevice } from './new-device.ts';
import type { Plan } from './plan.ts';

export interface ExchangeParts {
  readonly registry: Registry;
  readonly after: Config;
  /** All that the file may name. */
  readonly drivers: readonly AnyDriver[];
  readonly openers: Exchange['openers'];
  /** With what is on record of it. */
  readonly withRecord: (settings: NewDevice) => NewDevice;
}

/** What the registry has to do. Throws what of it cannot be, because of devices that were added over HTTP. */
export function exchangeOf(plan: Plan, { registry, after, drivers, openers, withRecord }: ExchangeParts): Exchange {
  // What is still to come from the record stands in the way like any other.
  registry.complete();
  const configured = (id: string): readonly NewDevice[] => {
    const device = after.devices[id];
    return device === undefined ? [] : [newDevice(id, device)];
  };
  for (const id of plan.devices.added) assertFree(registry.find(id));
  for (const name of plan.connections.removed) assertUnused(name, addedOn(registry, name));
  const anew = plan.devices.changed.filter(({ attachedAnew }) => attachedAnew);
  return {
    drivers: drivers.filter(({ model }) => registry.driver(model.name) === undefined),
    removed: plan.devices.removed,
    replaced: [...anew.flatMap(({ id }) => configured(id)), ...movedDevices(registry, plan, after).map(asNew)],
    added: plan.devices.added.flatMap(configured).map(withRecord),
    openers,
    dropped: plan.connections.removed,
  };
}

/** Devices that were added over HTTP, on connections that lead elsewhere now. Throws where they were not meant for that. */
export function movedDevices(registry: Registry, plan: Plan, { connections }: Config): readonly Device[] {
  return plan.connections.changed.flatMap((name) => {
    const devices = addedOn(registry, name);
    const other = devices.find(({ simulated }) => simulated !== connections[name]?.simulated);
    if (other === undefined) return devices;
    const [then, now] = other.simulated ? ['simulated', 'real'] : ['real', 'simulated'];
    const detail = `device ${other.id} was added over HTTP when it was ${then}, and it is ${now} in the file; remove the device first`;
    throw refused(`/connections/${name}`, detail);
  });
}

function addedOn(registry: Registry, connection: string): readonly Device[] {
  return registry.devices.filter(
    (device) =>
      device.settings.managedBy === 'api' && device.connectionName === connection && device.carries !== 'none',
  );
}

function assertFree(device: Device | undefined): void {
  if (device === undefined) return;
  throw refused(
    `/devices/${device.id}`,
    `there is a device ${device.id} that was added over HTTP; remove that first, or give this one another id`,
  );
}

function assertUnused(name: string, [device]: readonly Device[]): void {
  if (device === undefined) return;
  const detail = `device ${device.id}, which was added over HTTP, is on it; remove the device first`;
  throw refused(`/connections/${name}`, detail);
}

function refused(pointer: string, detail: string): BellcrankError {
  const text = `the configuration is not taken; nothing has changed: ${pointer.slice(1).replace('/', '.')}: ${detail}`;
  return new BellcrankError('invalid-request', text, { errors: [{ pointer, detail }] });
}

const transportOf = { pty: 'serial', tcp: 'tcp', mqtt: 'mqtt', memory: 'memory' } as const;

/** What a connection will be, before it is: for checking. Its driver says what a wire in memory carries. */
export function sketchOf(
  name: string,
  connection: ConnectionConfig,
  { devices }: Config,
  drivers: readonly AnyDriver[],
  transports: readonly {
    readonly name: string;
    readonly presents: Opener['transport'];
    readonly shape: Opener['shape'];
  }[],
): Opener {
  const never = { label: name, open: () => Promise.reject(new Error('this is only a sketch')) };
  if (connection.kind === 'simulate') {
    const { via } = connection;
    const its = Object.values(devices).find((device) => device.connection === name)?.driver;
    const speaks = drivers.find(({ model }) => model.name === its)?.transports ?? [];
    const isBroker = via === 'mqtt' || (via === 'memory' && speaks.includes('mqtt'));
    return { ...never, transport: transportOf[via], shape: isBroker ? 'messages' : 'bytes', simulated: true };
  }
  const transport = transports.find((each) => each.name === connection.transport);
  if (transport === undefined) throw new Error(`there is no transport ${connection.transport}`);
  return { ...never, transport: transport.presents, shape: transport.shape, simulated: connection.simulated };
}
