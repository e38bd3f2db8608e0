import type { CommandSpec, Confirmation, JsonSchema, PropertySpec } from '../../src/driver/index.ts';

/** From acceptance to the end. */
export const timeoutMs = 5000;

export const none: JsonSchema = {
  type: 'object',
  title: 'No parameters',
  properties: {},
  additionalProperties: false,
  examples: [{}],
};

const noResult: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

export function pushed(summary: string, schema: JsonSchema): PropertySpec {
  return { summary, schema, access: 'read', source: 'pushed' };
}

export function settable(summary: string, schema: JsonSchema, confirmation: Confirmation = 'confirmed'): PropertySpec {
  return {
    summary,
    schema,
    access: 'read-write',
    source: 'pushed',
    write: { effect: 'idempotent', confirmation, timeoutMs },
  };
}

/** A command without parameters that the device acknowledges. */
export function actuate(summary: string, result: JsonSchema = noResult): CommandSpec {
  return { summary, effect: 'actuate', confirmation: 'acknowledged', timeoutMs, params: none, result };
}

/** `name` for the only one, `name-2` for the second of several. */
export function numbered(name: string, number: number, of: number): string {
  return of === 1 ? name : `${name}-${number}`;
}
