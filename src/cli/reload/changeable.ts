import type { ByteConnection } from '../../driver/index.ts';
import type { AnyDriver } from '../../driver/contract.ts';
import type { Simulator, SimulatorKind, SimulatorSettings, WireFace } from '../../../simulators/simulator.ts';

/** Something that may become another behind the same reference. */
export interface Changeable<T> {
  readonly value: T;
  /** Throws what keeps it from becoming the other; then it stays whole as it was. */
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
  const running = new Set<{ prepare(kind: SimulatorKind): Prepared }>();
  const value: SimulatorKind = {
    get model() {
      return current.model;
    },
    get options() {
      return current.options;
    },
    another: (options, seed) => current.another?.(options, seed) ?? options,
    create(settings) {
      const { simulator, prepare } = restartable(current, settings, () => running.delete(entry));
      const entry = { prepare };
      running.add(entry);
      return simulator;
    },
  };
  const change = (next: SimulatorKind): void => {
    const ready = prepareAll(running, next);
    current = next;
    for (const simulator of ready) simulator.restart();
  };
  return { value, change };
}

/** A simulator that was created in the place of one that runs, and does not run yet. */
interface Prepared {
  restart(): void;
  abandon(): void;
}

/** All or none. */
function prepareAll(
  running: Iterable<{ prepare(kind: SimulatorKind): Prepared }>,
  next: SimulatorKind,
): readonly Prepared[] {
  const ready: Prepared[] = [];
  try {
    for (const simulator of running) ready.push(simulator.prepare(next));
    return ready;
  } catch (error) {
    for (const simulator of ready) simulator.abandon();
    throw error;
  }
}

function restartable(first: SimulatorKind, settings: SimulatorSettings, closed: () => void) {
  let inner = first.create(settings);
  const served = new Set<ByteConnection>();
  const simulator: Simulator = {
    driver: inner.driver,
    wire: inner.wire.shape === 'bytes' ? { shape: 'bytes', serve, nak } : inner.wire,
    get parts() {
      return inner.parts ?? [];
    },
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
  function nak(heard: Uint8Array): Uint8Array | undefined {
    return inner.wire.shape === 'bytes' ? inner.wire.nak?.(heard) : undefined;
  }
  const prepare = (kind: SimulatorKind): Prepared => {
    const next = kind.create(settings);
    const restart = (): void => {
      inner.close();
      inner = next;
      for (const far of served) serveOn(inner.wire, far);
    };
    return { restart, abandon: () => next.close() };
  };
  return { simulator, prepare };
}

function serveOn(wire: WireFace, far: ByteConnection): void {
  if (wire.shape === 'bytes') wire.serve(far);
}
