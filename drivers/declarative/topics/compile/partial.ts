import type { JsonSchema } from '../../../../src/driver/index.ts';
import { error } from '../../definition/scope.ts';
import { fieldsIn } from '../message/json.ts';
import type { Action } from '../topic-map.ts';
import type { TopicScope } from './scope.ts';

/** What of a command is not given is left out of its message: only JSON has members to leave out. */
export function checkPartial(
  scope: TopicScope,
  { exchanges, path }: Action,
  params: Readonly<Record<string, JsonSchema>>,
): void {
  const names = Object.keys(params);
  if (names.length === 0)
    scope.report(error([...path, 'partial'], 'needs `params`: one of which is given', { key: true }));
  for (const { send } of exchanges) {
    const inTopic = send.topic.parts.flatMap((part) => (part.kind === 'field' ? [part.name ?? ''] : []));
    const inText =
      send.payload.kind === 'text'
        ? send.payload.template.parts.flatMap((part) => (part.kind === 'field' ? [part.name ?? ''] : []))
        : [];
    const needed = [...inTopic, ...inText].find((name) => names.includes(name));
    if (needed === undefined) continue;
    scope.report(
      error([...send.path, 'payload'], `needs ${needed}, which \`partial\` lets be left out; only JSON can lack it`),
    );
  }
  const told = exchanges.flatMap(({ send }) => (send.payload.kind === 'json' ? fieldsIn(send.payload.part) : []));
  for (const name of names.filter((one) => !told.includes(one))) {
    scope.report(error([...path, 'params', name], 'is in no payload', { key: true }));
  }
}

/** Any of them, and at least one. */
export function partialParams(members: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties: members, additionalProperties: false, minProperties: 1 };
}
