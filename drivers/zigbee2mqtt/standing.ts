import type { Inventory } from './inventory.ts';
import type { Entity } from './entity.ts';

/** Whether a device can be reached, and why (not). */
export interface Standing {
  readonly here: boolean;
  readonly detail: string;
}

/** What the bridge, its inventory and the availability of the device say together. */
export function standingOf(
  inventory: Inventory,
  entity: Entity | undefined,
  wasThere: boolean,
  available: boolean | undefined,
): Standing {
  const away = (detail: string): Standing => ({ here: false, detail });
  const { base, online, known } = inventory;
  if (online === undefined) return away(`no zigbee2mqtt announces itself on ${base}/bridge/state`);
  if (!online) return away('zigbee2mqtt is offline');
  if (!known) return away(`zigbee2mqtt has not told its devices on ${base}/bridge/devices`);
  if (entity === undefined) return away(wasThere ? 'it is no longer paired' : 'zigbee2mqtt knows no such device');
  if (entity.unsupported !== undefined) return away(entity.unsupported);
  if (available === false) return away('zigbee2mqtt says that it is offline');
  return { here: true, detail: available === true ? 'zigbee2mqtt says that it is online' : 'zigbee2mqtt is online' };
}
