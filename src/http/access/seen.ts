import type { Caller } from '../../access/caller.ts';
import type { Action, DeviceRef, Need } from '../../access/scope.ts';
import type { Device } from '../../device/device.ts';
import type { Registry } from '../../device/registry.ts';
import { BellcrankError } from '../../errors.ts';

/** A device as scopes see it. Of one that is gone the id is all that is known, so scopes over labels do not reach it. */
export function refOf(registry: Pick<Registry, 'find'>, id: string): DeviceRef {
  return { id, labels: registry.find(id)?.labels ?? {} };
}

export function mayRead(caller: Caller, { id, labels }: DeviceRef): boolean {
  return caller.may({ action: 'read', device: { id, labels } });
}

/** Which of the ids a caller may read. */
export function readable(caller: Caller, registry: Pick<Registry, 'find'>): (id: string) => boolean {
  return (id) => mayRead(caller, refOf(registry, id));
}

/**
 * For what has an id of its own and is about a device: whoever may neither do that nor read it finds nothing there, as
 * with an id that there never was; whoever may read it is told which scope is missing.
 */
export function demand(
  caller: Caller,
  need: Need & { readonly device: DeviceRef },
  missing: () => BellcrankError,
): void {
  const refusal = caller.refusal(need);
  if (refusal === undefined) return;
  throw mayRead(caller, need.device) ? refusal : missing();
}

/** For what is done to one device and happens to others with it. Those others are not named: they may be nobody's business. */
export function demandOfAll(caller: Caller, action: Action, others: readonly DeviceRef[], what: string): void {
  if (others.every((device) => caller.may({ action, device }))) return;
  const detail = `${caller.name} lacks the scope ${action} over other devices that ${what}`;
  throw new BellcrankError('forbidden', detail);
}

/** The other devices on a device's connection. */
export function sharers(registry: Pick<Registry, 'devices'>, device: Device): readonly Device[] {
  return registry.devices.filter((other) => other !== device && other.sharesLinkWith(device));
}
