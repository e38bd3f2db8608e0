import { trusted } from '../../src/access/caller.ts';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { Pipeline } from '../../src/command/pipeline.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Device } from '../../src/device/device.ts';
import { type DeviceLimits, defaultLimits } from '../../src/device/limits.ts';
import type { Opener } from '../../src/device/link.ts';
import { Registry } from '../../src/device/registry.ts';
import { BellcrankError } from '../../src/errors.ts';
import type { AnyDriver } from '../../src/driver/index.ts';
import type { Transport } from '../../src/transport/index.ts';
import { silentLog } from './rig.ts';

/** Waits short enough for a test, on the real clock. */
export const quickLimits: DeviceLimits = {
  ...defaultLimits,
  probe: { firstMs: 50, capMs: 200 },
  link: { ...defaultLimits.link, backoff: { firstMs: 20, capMs: 100 } },
};

export interface LiveDevice {
  readonly id: string;
  readonly transport: Transport;
  readonly settings: unknown;
  readonly options?: unknown;
}

/** The runtime and the pipeline over production transports and the real clock, without HTTP. */
export function live(driver: AnyDriver, devices: readonly LiveDevice[], clock: Clock = systemClock) {
  const registry = new Registry({
    drivers: [driver],
    clock,
    random: () => 0.5,
    log: silentLog,
    limits: quickLimits,
    maxDevices: 100,
    observe: () => {},
  });
  const pipeline = new Pipeline({
    registry,
    store: new MemoryStore(1000),
    clock,
    log: silentLog,
    observe: () => {},
  });
  for (const { id, transport, settings, options } of devices) {
    registry.addConnection(id, openerOf(transport, settings, clock));
    registry.add({
      id,
      connection: id,
      driver: driver.model.name,
      options: options ?? {},
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    });
  }
  onTestFinished(() => registry.close(new BellcrankError('shutting-down', 'the test is over', { reason: 'shutdown' })));
  return {
    registry,
    pipeline,
    device: (id: string): Device => registry.get(id),
    submit: (device: string, command: string, params: unknown = {}) =>
      pipeline.submit({ device, command, params, caller: trusted('test') }),
  };
}

function openerOf(transport: Transport, settings: unknown, clock: Clock): Opener {
  return {
    transport: transport.presents,
    shape: transport.shape,
    label: transport.label(settings),
    simulated: true,
    reopens: transport.reopens === true,
    open: (signal) => transport.open(settings, { signal, clock }),
  };
}
