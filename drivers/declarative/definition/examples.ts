import type { Example } from './definition.ts';
import type { RawDefinition, RawExample } from './schema/definition.ts';

export function examplesOf({ examples = [] }: RawDefinition): Example[] {
  return examples.map((raw, index) => exampleOf(raw, index));
}

function exampleOf(raw: RawExample, index: number): Example {
  const { send, reply, read, write, command, result, event, identify, error, options = {}, manual } = raw;
  const [called] = Object.entries(command ?? {});
  return {
    ...(send !== undefined && { send }),
    ...(reply !== undefined && { reply: typeof reply === 'string' ? [reply] : reply }),
    ...(read !== undefined && { read }),
    ...(write !== undefined && { write }),
    ...(called !== undefined && {
      command: { name: called[0], params: called[1], ...(result !== undefined && { result }) },
    }),
    ...(event !== undefined && { event }),
    ...(identify !== undefined && { identify }),
    ...(error !== undefined && { error: String(error) }),
    options,
    manual,
    path: ['examples', index],
  };
}
