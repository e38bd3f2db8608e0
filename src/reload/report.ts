import type { Config } from '../config/index.ts';
import { isEmpty, type Plan } from './plan.ts';

export interface DeviceRef {
  readonly id: string;
  readonly simulated: boolean;
}

/** What a reload did, or would do. */
export interface ReloadReport {
  readonly dryRun: boolean;
  /** Whether anything was other than before that can be taken. */
  readonly changed: boolean;
  readonly devices: {
    readonly added: readonly DeviceRef[];
    readonly removed: readonly DeviceRef[];
    readonly changed: readonly (DeviceRef & { readonly what: readonly string[]; readonly attachedAnew: boolean })[];
  };
  readonly connections: Plan['connections'];
  readonly sections: readonly string[];
  readonly restartNeeded: readonly string[];
  /** What was meant to be taken, and could not be; the rest was. */
  readonly problems: readonly string[];
}

/** `moved` are devices that were added over HTTP and are on a connection that leads elsewhere. */
export function reportOf(
  plan: Plan,
  { before, after, moved }: { before: Config; after: Config; moved: readonly DeviceRef[] },
): Omit<ReloadReport, 'dryRun' | 'problems'> {
  const { devices, connections, sections, restartNeeded } = plan;
  const changed = devices.changed.map((change) => ({ ...refOf(after, change.id), ...change }));
  const anew = moved.map((ref) => ({ ...ref, what: ['connection'], attachedAnew: true }));
  return {
    changed: !isEmpty(plan),
    devices: {
      added: devices.added.map((id) => refOf(after, id)),
      removed: devices.removed.map((id) => refOf(before, id)),
      changed: [...changed, ...anew],
    },
    connections,
    sections,
    restartNeeded,
  };
}

function refOf({ devices, connections }: Config, id: string): DeviceRef {
  const connection = Object.hasOwn(devices, id) ? devices[id]?.connection : undefined;
  const simulated = connection !== undefined && connections[connection]?.simulated === true;
  return { id, simulated };
}
