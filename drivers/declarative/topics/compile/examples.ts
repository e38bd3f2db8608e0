import type { RawExample, RawTopicMap } from '../schema/definition.ts';
import type { TopicExample } from '../topic-map.ts';

export function examplesOf({ examples = [] }: RawTopicMap): TopicExample[] {
  return examples.map((raw, index) => exampleOf(raw, index));
}

function exampleOf(raw: RawExample, index: number): TopicExample {
  const { send, reply = [], id, read, write, command, result, event, online, error, options = {}, manual } = raw;
  const [called] = Object.entries(command ?? {});
  return {
    ...(send !== undefined && { send }),
    reply: (Array.isArray(reply) ? reply : [reply]) as TopicExample['reply'],
    ...(id !== undefined && { id }),
    ...(read !== undefined && { read }),
    ...(write !== undefined && { write }),
    ...(called !== undefined && {
      command: { name: called[0], params: called[1], ...(result !== undefined && { result }) },
    }),
    ...(event !== undefined && { event }),
    ...(online !== undefined && { online }),
    ...(error !== undefined && { error: String(error) }),
    options,
    manual,
    path: ['examples', index],
  };
}
