import type { FarClient, Simulator } from '../../../simulators/simulator.ts';
import { FaultInjector } from '../../../simulators/wire/faults/injector.ts';
import type { Clock } from '../../../src/clock.ts';

/** Whether the device is mute: it hears and acts, and nothing that it says gets out. */
export type Mute = (muted: boolean) => void;

/** Serves a simulated device on a client of a broker. Returns what stands between them. */
export function injectedInto({ wire }: Simulator, client: FarClient, clock: Clock): FaultInjector {
  if (wire.shape !== 'messages') throw new Error('a device on a broker speaks messages');
  const injector = new FaultInjector({
    clock,
    seed: 1,
    shape: wire.shape,
    via: 'mqtt',
    nak: wire.nak?.bind(wire),
    ...(wire.acknowledges && { acknowledges: wire.acknowledges.bind(wire) }),
    state: { has: () => false, value: () => undefined, names: [] },
    impostor: () => wire,
    acted: () => {},
  });
  wire.serve(injector.messages(client, new Promise(() => {})));
  return injector;
}

export function muteOf(injector: FaultInjector): Mute {
  return (muted) => void injector.set({ faults: muted ? [{ kind: 'mute' }] : [] });
}

export function servedWithFaults(simulator: Simulator, client: FarClient, clock: Clock): Mute {
  return muteOf(injectedInto(simulator, client, clock));
}
