import type { Device } from '../device/device.ts';
import type { Registry } from '../device/registry.ts';
import type { Log } from '../driver/contract.ts';
import type { Leases } from './leases/leases.ts';
import type { Manager } from './managed-devices.ts';

export interface MaintenanceParts {
  readonly registry: Registry;
  readonly leases: Leases;
  readonly log: Log;
}

/** What operators do to a device's link. Nothing of it is sent to the device. */
export class Maintenance {
  readonly #parts: MaintenanceParts;

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  /**
   * Drops the connection that a device is on and opens a fresh one, for every device on it: what was under way is
   * `unknown`. A stop does not forbid it, and a stopped device is stopped again when it is back. Rejects with `leased`
   * while somebody else holds any of these devices.
   */
  async reconnect(id: string, { acceptIdentity, ...manager }: Manager & { acceptIdentity: boolean }): Promise<Device> {
    const { registry, log } = this.#parts;
    const device = registry.get(id);
    const refusal = device.state === 'disabled' ? device.refusal() : undefined;
    if (refusal !== undefined) throw refusal;
    this.#assertFree(device, manager);
    if (acceptIdentity) device.acceptIdentity();
    const { connectionName: connection, simulated } = device;
    const flag = simulated ? { simulated } : {};
    log.warn({ device: id, connection, by: manager.by, acceptIdentity, ...flag }, 'reconnect asked for');
    await device.reconnect(`the connection was dropped on purpose: ${manager.by} asked for a reconnect`);
    return device;
  }

  #assertFree(device: Device, manager: Manager): void {
    const { leases, registry } = this.#parts;
    for (const other of [device, ...registry.devices.filter((each) => each !== device)]) {
      if (!other.sharesLinkWith(device)) continue;
      // A token says something of the device that was named alone.
      if (other !== device && leases.get(other.id) === undefined) continue;
      const leased = leases.check({ device: other, command: 'reconnect', effect: 'actuate', ...manager });
      if (leased !== undefined) throw leased;
    }
  }
}
