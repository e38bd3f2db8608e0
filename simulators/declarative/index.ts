import type { Clock } from '../../src/driver/index.ts';
import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { DeviceBehaviour } from './behaviour.ts';
import { simulatedDriver } from './driver.ts';
import { initialState } from './initial.ts';
import { type InstanceOptions, optionsSchemaOf, simulateOptions } from './options.ts';
import { devicesOf } from './parts.ts';
import { Pushing } from './pushing.ts';
import { rehearse } from './rehearsal.ts';
import { Unit } from './unit.ts';
import { DeviceLine } from './wire.ts';

export type { DeviceBehaviour } from './behaviour.ts';

/** The simulated devices of a definition, for tests to steer. */
export interface DefinitionSimulator extends Simulator {
  /** The only device, or the first one on the line. */
  readonly behaviour: DeviceBehaviour;
  /** All devices on the line, in the order of `units`. */
  readonly behaviours: readonly [DeviceBehaviour, ...DeviceBehaviour[]];
  /** Says a frame unasked, to whoever listens. The line's terminator is added. */
  say(frame: Uint8Array): void;
  /** Puts bytes on the line as they are: noise, half a frame. */
  babble(bytes: Uint8Array): void;
}

export interface DefinitionSimulatorKind extends SimulatorKind {
  create(settings: SimulatorSettings): DefinitionSimulator;
}

/**
 * The simulator that comes with every definition: its state, what follows from it in time, and the far end of its wire.
 * `create` throws `invalid-request` for options that are not valid, relations that go in a circle, and a state that the
 * definition's own templates cannot tell.
 */
export function definitionSimulator(source: DefinitionSource): DefinitionSimulatorKind {
  return {
    model: source.name,
    options: optionsSchemaOf(source),
    another: (options) => ({ ...Object(options), identifiesAs: 'ANOTHER DEVICE' }),
    create: (settings) => create(source, settings),
  };
}

function create(source: DefinitionSource, { clock, seed, options }: SimulatorSettings): DefinitionSimulator {
  const { units: instances, replyMs, identifiesAs } = simulateOptions(source, options);
  const [first, ...others] = instances.map((instance, index) => unitOf(source, instance, clock, seed + index));
  if (first === undefined) throw new Error('a line has at least one device');
  const units = [first, ...others] as const;
  if (identifiesAs !== undefined) {
    for (const { behaviour } of units) behaviour.stranger = Buffer.from(identifiesAs, 'latin1');
  }
  const line = new DeviceLine(units, {
    clock,
    replyMs: replyMs ?? first.definition.simulator.replyMs,
    isShared: source.hasAddress,
  });
  const pushing = units.map((unit) => pushingOf(unit, clock, line));
  return {
    behaviour: first.behaviour,
    behaviours: [first.behaviour, ...others.map(({ behaviour }) => behaviour)],
    driver: simulatedDriver(source, units, clock),
    wire: line.face,
    parts: devicesOf(
      source,
      units.map(({ behaviour }) => behaviour),
    ),
    say: (frame) => line.say(frame),
    babble: (bytes) => line.babble(bytes),
    close() {
      for (const one of pushing) one.close();
      line.close();
    },
  };
}

function unitOf(source: DefinitionSource, options: InstanceOptions, clock: Clock, seed: number): Unit {
  const definition = source.compile(options);
  const unit = new Unit(new DeviceBehaviour(definition, initialState(definition, clock), clock, seed), clock);
  rehearse(unit);
  return unit;
}

function pushingOf(unit: Unit, clock: Clock, line: DeviceLine): Pushing {
  return new Pushing(unit.definition, clock, (property, rule) => {
    if (unit.behaviour.replies.isMute) return;
    const frame = unit.unasked(rule);
    if (frame === undefined) return;
    line.say(frame);
    unit.behaviour.told(property);
  });
}
