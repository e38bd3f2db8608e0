import type { ByteConnection } from '../../driver/index.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { Simulator, SimulatorKind, SimulatorSettings, WireFace } from '../../../simulators/simulator.ts';

/** Something that may become another behind the same reference. */
export interface Changeable<T> {
  readonly value: T;
  change(next: T): void;
}

export function changeableDriver(first: AnyDriver): Changeable<AnyDriver> {
  let current = first;
  const value = new Proxy(first, {
    get: (_, key): unknown => Reflect.get(current, key),
    has: (_, key) => Reflect.has(current, key),
  });
  return { value, change: (next) => void (current = next) };
}

/** Simulators of it that run start afresh as the other; whoever is connected to them stays connected. */
export function changeableSimulator(first: SimulatorKind): Changeable<SimulatorKind> {
  let current = first;
  const running = new Set<{ restart(kind: SimulatorKind): void }>();
  const value: SimulatorKind = {
    get model() {
      return current.model;
    },
    get options() {
      return current.options;
    },
    create(settings) {
      const { simulator, restart } = restartable(current, settings, () => running.delete(entry));
      const entry = { restart };
      running.add(entry);
      return simulator;
    },
  };
  const change = (next: SimulatorKind): void => {
    current = next;
    for (const simulator of running) simulator.restart(next);
  };
  return { value, change };
}

function restartable(first: SimulatorKind, settings: SimulatorSettings, closed: () => void) {
  let inner = first.create(settings);
  const served = new Set<ByteConnection>();
  const simulator: Simulator = {
    driver: inner.driver,
    wire: inner.wire.shape === 'bytes' ? { shape: 'bytes', serve } : inner.wire,
    close() {
      closed();
      inner.close();
    },
  };
  function serve(far: ByteConnection): void {
    served.add(far);
    void far.closed.then(() => served.delete(far));
    serveOn(inner.wire, far);
  }
  const restart = (kind: SimulatorKind): void => {
    inner.close();
    inner = kind.create(settings);
    for (const far of served) serveOn(inner.wire, far);
  };
  return { simulator, restart };
}

function serveOn(wire: WireFace, far: ByteConnection): void {
  if (wire.shape === 'bytes') wire.serve(far);
}
