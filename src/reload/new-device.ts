import type { DeviceConfig } from '../config/index.ts';
import type { Adjustment, NewDevice } from '../device/settings.ts';

/** A device as the configuration file describes it. */
export function newDevice(id: string, config: DeviceConfig): NewDevice {
  const { driver, connection, options, labels, enabled, limits, deny, onShutdown, retries, idleProbeMs } = config;
  const restrictions = { limits, deny };
  const idle = idleProbeMs === undefined ? {} : { idleProbeMs };
  const common = { id, driver, connection, options, labels, enabled, onShutdown, retries, ...idle };
  return { ...common, restrictions, managedBy: 'config' };
}

/** What of it can be taken by a device that stays attached; `what` are the keys that have changed. */
export function adjustmentOf(config: DeviceConfig, what: readonly string[]): Adjustment {
  const { labels, limits, deny, onShutdown, retries } = config;
  const has = (...keys: readonly string[]): boolean => keys.some((key) => what.includes(key));
  return {
    ...(has('labels') && { labels }),
    ...(has('limits', 'deny') && { restrictions: { limits, deny } }),
    ...(has('onShutdown') && { onShutdown }),
    ...(has('retries') && { retries }),
  };
}
