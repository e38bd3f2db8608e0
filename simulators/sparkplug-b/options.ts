import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, topicLevelPattern, validate } from '../../src/driver/index.ts';

const level = (title: string, description: string, example: string) =>
  Type.Optional(Type.String({ title, description, pattern: topicLevelPattern, maxLength: 200, examples: [example] }));

/** Schema of `simulate.options`. */
export const optionsSchema = Type.Object(
  {
    group: level('Group', '`Simulated` by default.', 'Plant1'),
    node: level('Edge node', '`Edge` and the seed by default.', 'Edge7'),
    aliases: Type.Optional(
      Type.Boolean({ title: 'Aliases', description: 'Whether data names its metrics by aliases.', default: true }),
    ),
    primaryHost: level('Primary host', 'It stays offline until that host says that it is online.', 'bellcrank'),
  },
  {
    title: 'Simulated Sparkplug edge node',
    additionalProperties: false,
    examples: [{ group: 'Plant1', node: 'Edge7' }],
  },
);

export interface EdgeOptions {
  readonly group: string;
  readonly node: string;
  readonly aliases: boolean;
  readonly primaryHost?: string;
}

/** Checks the options and fills in the defaults. */
export function edgeOptions(options: unknown, seed: number): EdgeOptions {
  const given = options ?? {};
  const errors = validate(optionsSchema, given, '/options');
  if (errors.length > 0) {
    throw new BellcrankError('invalid-request', 'the options of the simulated edge node are not valid', { errors });
  }
  return {
    group: 'Simulated',
    node: `Edge${seed >>> 0}`,
    aliases: true,
    // Validated just above against the schema that this type is inferred from.
    ...(given as Static<typeof optionsSchema>),
  };
}
