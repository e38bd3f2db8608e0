import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Audit } from '../audit/sink.ts';
import type { Control } from '../command/control.ts';
import type { Registry } from '../device/registry.ts';
import { BellcrankError } from '../errors.ts';
import type { Observing } from '../observe/observing.ts';
import type { Openers } from '../openers.ts';
import type { Simulators } from '../simulation/simulators.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** How long a shutdown waits for commands under way before it aborts them. */
const shutdownGraceMs = 500;

/** Devices are stopped or left, and what is under way ends. */
export async function endDevices(
  registry: Registry,
  { pipeline, stops }: Control,
  others: readonly (Promise<void> | undefined)[],
): Promise<void> {
  // Both at once: the process has two seconds, and a device that hangs takes its time to be stopped.
  const toStop = registry.devices.filter(({ settings }) => settings.onShutdown === 'stop');
  await Promise.all([pipeline.close(shutdownGraceMs), stops.endWith(toStop), ...others]);
  await registry.close(new BellcrankError('shutting-down', 'the service is shutting down', { reason: 'shutdown' }));
  // What was under way has been aborted and now ends, so that its client hears what is known of it.
  await pipeline.close(shutdownGraceMs);
}

interface Held {
  readonly observing: Observing;
  readonly access: Access;
  readonly http: FastifyInstance;
  readonly webhooks: Webhooks;
  readonly audit: Audit;
  readonly store: Store;
  readonly simulators: Simulators;
  readonly openers: Openers | undefined;
}

export async function letGo({
  observing,
  access,
  http,
  webhooks,
  audit,
  store,
  simulators,
  openers,
}: Held): Promise<void> {
  await access.close();
  await http.close();
  // A collector has its time while the others have theirs.
  const told = observing.close();
  webhooks.close();
  audit.add({ what: 'serviceEnded', by: 'bellcrank', from: undefined });
  // Its head goes with the facts.
  await audit.close();
  await store.close();
  simulators.close();
  await openers?.close();
  await told;
}
