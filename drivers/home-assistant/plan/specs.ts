import type { CommandSpec, EventSpec, PropertySpec, WriteSpec } from '../../../src/driver/index.ts';
import type { Action, Field, Occurrence } from '../components/parts.ts';
import type { Of } from './of.ts';

function titleOf({ entity }: Of<unknown>, summary: string): string {
  return entity.label === undefined ? summary : `${entity.label}: ${summary}`;
}

/** What is only told is read, what is only set is written, and what is both is one property. */
export function propertySpec(of: Of<Field>, timeoutMs: number): PropertySpec {
  const { schema, source, write } = of.part;
  const base = { summary: titleOf(of, of.part.summary), schema };
  if (write === undefined) return { ...base, access: 'read', source: 'pushed' };
  const spec: WriteSpec = {
    effect: 'idempotent',
    confirmation: write.confirmation,
    timeoutMs,
    ...(write.schema && { schema: write.schema }),
  };
  return source === undefined
    ? { ...base, access: 'write', write: spec }
    : { ...base, access: 'read-write', source: 'pushed', write: spec };
}

export function commandSpec(of: Of<Action>, timeoutMs: number): CommandSpec {
  const { summary, effect, confirmation, params } = of.part;
  return { summary: titleOf(of, summary), effect, confirmation, timeoutMs, params, result: nothing };
}

const nothing = { type: 'object', properties: {}, additionalProperties: false };

export function eventSpec(of: Of<Occurrence>): EventSpec {
  return { summary: titleOf(of, of.part.summary), data: of.part.data };
}
