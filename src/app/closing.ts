import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Audit } from '../audit/sink.ts';
import type { Control } from '../command/control.ts';
import type { Registry } from '../device/registry.ts';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Observing } from '../observe/observing.ts';
import type { Openers } from '../openers.ts';
import type { Simulators } from '../simulation/simulators.ts';
import type { Store } from '../store/store.ts';
import { withinGrace } from './within-grace.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** How long a shutdown waits for commands under way before it aborts them. */
const shutdownGraceMs = 500;
/** How long for stops: on one line each comes after the answer to the one before. */
const stopGraceMs = 1000;
/** How long for devices, which hang where their drivers do, and for what is known then to be on record. */
const leaveGraceMs = 600;

/** Devices are stopped or left, and what is under way ends. The process has two seconds, and what hangs is left to them. */
export async function endDevices(
  registry: Registry,
  { pipeline, stops }: Control,
  clock: Clock,
  others: readonly (Promise<void> | undefined)[],
): Promise<void> {
  const toStop = registry.devices.filter(({ settings }) => settings.onShutdown === 'stop');
  const stopped = stops.endWith(toStop);
  const answered = withinGrace(stopped, clock, stopGraceMs);
  await Promise.all([pipeline.close(shutdownGraceMs), answered, ...others]);
  const error = new BellcrankError('shutting-down', 'the service is shutting down', { reason: 'shutdown' });
  const left = registry.close(error);
  // What was under way has been aborted and now ends, so that its client hears what is known of it.
  await Promise.all([pipeline.close(leaveGraceMs), withinGrace(Promise.all([left, stopped]), clock, leaveGraceMs)]);
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
