import { BellcrankError, type JsonSchema, validate } from '../../src/driver/index.ts';
import type { DefinitionSource } from '../../drivers/declarative/definition/definition.ts';
import { isSchema } from './first-value.ts';

export type InstanceOptions = Readonly<Record<string, unknown>>;

/** `simulate.options`, taken apart. */
export interface SimulateOptions {
  /** Options of each device on the line; one where the definition has no address. */
  readonly units: readonly InstanceOptions[];
  readonly replyMs?: number;
  /** What each of them says when it is asked who it is, in place of what the definition expects. */
  readonly identifiesAs?: string;
}

const replyMsSchema = {
  type: 'number',
  title: 'Reply time',
  description: 'From the end of a message to the beginning of its answer.',
  unit: 'ms',
  minimum: 0,
  maximum: 60_000,
};

const identifiesAsSchema = {
  type: 'string',
  title: 'Identifies as',
  description: 'What it says when it is asked who it is: another device in its place. Characters are bytes (Latin-1).',
  minLength: 1,
  maxLength: 200,
};

const common = { replyMs: replyMsSchema, identifiesAs: identifiesAsSchema };

/** More devices than any line of this kind carries. */
const maxUnits = 64;

/** The instance's options, how long it takes to answer, and the devices of a shared line. */
export function optionsSchemaOf({ largest, hasAddress }: DefinitionSource): JsonSchema {
  const { properties, required } = largest.optionsSchema;
  const own = isSchema(properties) ? properties : {};
  const closed = { type: 'object', additionalProperties: false };
  if (!hasAddress) {
    return { ...closed, properties: { ...common, ...own }, ...(required !== undefined && { required }) };
  }
  const units = {
    type: 'array',
    title: 'Devices',
    description: 'Options of each device on the line, over those that stand beside.',
    minItems: 1,
    maxItems: maxUnits,
    items: { ...closed, properties: own },
  };
  // What is required may stand in each unit; that is checked where they are taken together.
  return { ...closed, properties: { ...common, units, ...own } };
}

/** Checks `simulate.options`. Throws `invalid-request` for what is not valid, and for two devices with one address. */
export function simulateOptions(source: DefinitionSource, options: unknown): SimulateOptions {
  const given = options ?? {};
  refuse(source, validate(optionsSchemaOf(source), given, '/options'));
  // Validated just above: an object, with these keys if they are there.
  const { replyMs, identifiesAs, units, ...shared } = given as Readonly<Record<string, unknown>> &
    Partial<SimulateOptions>;
  const all = units === undefined ? [shared] : units.map((unit) => ({ ...shared, ...unit }));
  const addresses = new Set(all.map((unit) => source.address(unit)));
  for (const [index, unit] of all.entries()) {
    const at = units === undefined ? '/options' : `/options/units/${index}`;
    refuse(source, validate(source.largest.optionsSchema, unit, at));
  }
  if (addresses.size < all.length) {
    refuse(source, [{ pointer: '/options/units', detail: 'has two devices with the same address' }]);
  }
  return { units: all, ...(replyMs !== undefined && { replyMs }), ...(identifiesAs !== undefined && { identifiesAs }) };
}

function refuse({ name }: DefinitionSource, errors: ReturnType<typeof validate>): void {
  if (errors.length === 0) return;
  const [first] = errors;
  const detail = `${first?.pointer ?? ''} ${first?.detail ?? ''}`;
  const message = `the options of the simulated ${name} are not valid: ${detail}`;
  throw new BellcrankError('invalid-request', message, { errors });
}
