import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { BellcrankError, type JsonSchema, validate } from '../../src/driver/index.ts';

/** Schema of `simulate.options`: the units on the line, each with the options of its model. */
export function optionsSchema(unit: JsonSchema | undefined) {
  const device: TSchema = Type.Unsafe<unknown>(unit ?? { type: 'object', additionalProperties: false });
  return Type.Object(
    {
      units: Type.Optional(
        Type.Array(
          Type.Object(
            {
              unit: Type.Integer({ title: 'Unit', description: 'Its address on the line.', minimum: 1, maximum: 255 }),
              device: Type.Optional(device),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 32, description: 'The devices on the line; one with address 1 if absent.' },
        ),
      ),
      identity: Type.Optional(
        Type.String({
          title: 'Identity',
          description: 'What they say they are, if it is a text in a register; the map’s own if absent.',
          maxLength: 64,
          pattern: '^[ -~]*$',
        }),
      ),
      framing: Type.Optional(
        Type.Unsafe<'auto' | 'rtu' | 'mbap'>({
          type: 'string',
          enum: ['auto', 'rtu', 'mbap'],
          title: 'Framing',
          description: 'What requests must be framed as; whatever comes if absent.',
          default: 'auto',
        }),
      ),
    },
    { additionalProperties: false },
  );
}

export interface LineOptions {
  readonly units: readonly { readonly unit: number; readonly device: unknown }[];
  readonly framing: 'auto' | 'rtu' | 'mbap';
  readonly identity?: string;
}

/** Checks the options and fills in the defaults. */
export function lineOptions(schema: ReturnType<typeof optionsSchema>, options: unknown): LineOptions {
  const errors = validate(schema, options ?? {}, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated Modbus line are not valid', { errors });
  }
  // Validated just above against the schema that this type is inferred from.
  const { units = [{ unit: 1 }], framing = 'auto', identity } = (options ?? {}) as Static<typeof schema>;
  return {
    units: units.map(({ unit, device = {} }) => ({ unit, device })),
    framing,
    ...(identity !== undefined && { identity }),
  };
}
