import { BellcrankError, type JsonSchema, validate } from '../../../src/driver/index.ts';
import type { TopicMapSource } from '../../../drivers/declarative/topics/topic-map.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../../simulator.ts';
import { isSchema } from '../first-value.ts';
import { TopicDeviceBehaviour } from './behaviour.ts';
import { simulatedTopicDriver } from './driver.ts';
import { topicDevicePart } from './parts.ts';
import { TopicDeviceWire } from './wire.ts';

export type { TopicDeviceBehaviour } from './behaviour.ts';

/** A simulated device on a broker, for tests to steer. */
export interface TopicMapSimulator extends Simulator {
  readonly behaviour: TopicDeviceBehaviour;
}

export interface TopicMapSimulatorKind extends SimulatorKind {
  create(settings: SimulatorSettings): TopicMapSimulator;
}

const replyMsSchema = {
  type: 'number',
  title: 'Reply time',
  description: 'From the end of a message to its answer.',
  unit: 'ms',
  minimum: 0,
  maximum: 60_000,
};

/**
 * The simulator that comes with every topic map. `create` throws `invalid-request` for options that are not valid, and
 * for a state that the definition's own messages cannot tell.
 */
export function topicMapSimulator(source: TopicMapSource): TopicMapSimulatorKind {
  return { model: source.name, options: optionsOf(source), create: (settings) => create(source, settings) };
}

/** The instance's own options, and how long it takes to answer. */
function optionsOf({ largest }: TopicMapSource): JsonSchema {
  const { properties, required } = largest.map.optionsSchema;
  return {
    type: 'object',
    additionalProperties: false,
    properties: { replyMs: replyMsSchema, ...(isSchema(properties) ? properties : {}) },
    ...(required !== undefined && { required }),
  };
}

function create(source: TopicMapSource, { clock, seed, options }: SimulatorSettings): TopicMapSimulator {
  const given = options ?? {};
  const errors = validate(optionsOf(source), given, '/options');
  const [wrong] = errors;
  if (wrong !== undefined) {
    const message = `the options of the simulated ${source.name} are not valid: ${wrong.pointer} ${wrong.detail}`;
    throw new BellcrankError('invalid-request', message, { errors });
  }
  // Validated just above: an object, with this key if it is there.
  const { replyMs, ...own } = given as Readonly<Record<string, unknown>> & { readonly replyMs?: number };
  const instance = source.compile(own);
  const behaviour = new TopicDeviceBehaviour(instance, clock, seed);
  const wire = new TopicDeviceWire(behaviour, clock, replyMs ?? instance.map.simulator.replyMs);
  wire.rehearse();
  const driver = simulatedTopicDriver(source, wire);
  const parts = [topicDevicePart(source, behaviour)];
  return { behaviour, driver, wire: wire.face, parts, close: () => wire.close() };
}
