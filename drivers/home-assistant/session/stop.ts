import { BellcrankError, validate } from '../../../src/driver/index.ts';
import type { Plan, StopStep } from '../plan/plan.ts';
import { weakest } from '../plan/plan.ts';

/** One step of the option `stop`. */
export interface StopChoice {
  readonly property?: string;
  readonly value?: unknown;
  readonly command?: string;
}

/** The plan with the stop that its owner wants, in place of the evident one. */
export function withStop(plan: Plan, choices: readonly StopChoice[] | undefined): Plan {
  if (choices === undefined || plan.entities.length === 0) return plan;
  const stops = choices.map((choice) => stepOf(plan, choice));
  const confirmation = weakest(stops.map(({ part }) => part.confirmation));
  const summary = stops
    .map(({ part }) => part.summary)
    .join(', ')
    .slice(0, 200);
  const timeoutMs = plan.model.stop?.timeoutMs ?? 5000;
  return { ...plan, stops, model: { ...plan.model, stop: { summary, confirmation, timeoutMs } } };
}

function stepOf({ commands, properties }: Plan, { property, value, command }: StopChoice): StopStep {
  const action = command === undefined ? undefined : commands.get(command);
  if (action !== undefined) {
    const { confirmation } = action.part;
    return { entity: action.entity, part: { summary: command ?? '', confirmation, send: () => action.part.send({}) } };
  }
  const field = property === undefined ? undefined : properties.get(property);
  const write = field?.part.write;
  const name = property ?? command ?? 'nothing';
  if (field === undefined || write === undefined)
    throw new BellcrankError('invalid-request', `options.stop names ${name}, which the device does not have`);
  const [error] = validate(write.schema ?? field.part.schema, value);
  if (error !== undefined)
    throw new BellcrankError('invalid-request', `options.stop writes ${name}, and its value ${error.detail}`);
  return {
    entity: field.entity,
    part: {
      summary: `${name} ${JSON.stringify(value)}`,
      confirmation: write.confirmation,
      send: () => write.send(value),
    },
  };
}
