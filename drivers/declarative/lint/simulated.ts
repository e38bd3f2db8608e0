import { type JsonSchema, validate } from '../../../src/driver/index.ts';
import type { Finding, Path, Refusal } from '../definition/definition.ts';
import { error } from '../definition/scope.ts';
import { distinct, membersOf, type Subject, valueAt } from './subject.ts';

/** Values in the simulator's clause that the schemas of what they stand for do not take. */
export function simulated(subject: Subject): Finding[] {
  const { initial, refuse, sets, stop } = subject.definition.simulator;
  return distinct([
    ...entries(initial).flatMap(([name, value]) => state(subject, name, value, ['simulator', 'initial', name])),
    ...entries(sets).flatMap(([action, targets]) =>
      entries(targets).flatMap(([name, target]) => {
        const path = ['simulator', 'sets', action, name];
        return 'value' in target ? state(subject, name, target.value, constantAt(subject, path)) : [];
      }),
    ),
    ...entries(stop).flatMap(([name, value]) => state(subject, name, value, stopPath(subject, name))),
    ...refuse.flatMap((refusal, index) => refused(subject, refusal, ['simulator', 'refuse', index])),
  ]);
}

const entries = Object.entries as <T>(record: Readonly<Record<string, T>>) => [string, T][];

/** What is no property may have any value. */
function state({ definition }: Subject, name: string, value: unknown, path: Path): Finding[] {
  return wrong(definition.model.properties[name]?.schema, value, 'property', path);
}

function wrong(schema: JsonSchema | undefined, value: unknown, whose: string, path: Path): Finding[] {
  const [first] = schema === undefined ? [] : validate(schema, value);
  if (first === undefined) return [];
  return [error(path, `is refused by the ${whose}’s schema: ${first.pointer || 'it'} ${first.detail}`)];
}

/** A constant stands by itself, or as `{ value }`. */
function constantAt({ raw }: Subject, path: Path): Path {
  const inner = [...path, 'value'];
  return valueAt(raw, inner) === undefined ? path : inner;
}

function stopPath(subject: Subject, name: string): Path {
  const own = ['simulator', 'stop', name];
  const isOwn = valueAt(subject.raw, own) !== undefined;
  return constantAt(subject, isOwn ? own : ['simulator', 'sets', 'stop', name]);
}

/** A value that never comes is never refused. */
function refused(subject: Subject, { on, param, equals, when = {} }: Refusal, path: Path): Finding[] {
  const { commands, properties } = subject.definition.model;
  const property = on.startsWith('write:') ? properties[on.slice('write:'.length)] : undefined;
  const written = property !== undefined && property.access !== 'read' ? property.write.schema : undefined;
  const schema = property === undefined ? membersOf(commands[on]?.params)[param ?? ''] : (written ?? property.schema);
  const equal = equals === undefined ? [] : wrong(schema, equals, 'parameter', [...path, 'equals']);
  return [...equal, ...entries(when).flatMap(([name, value]) => state(subject, name, value, [...path, 'when', name]))];
}
