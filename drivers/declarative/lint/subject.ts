import type { JsonSchema } from '../../../src/driver/index.ts';
import type { Action, Definition, Exchange, Finding, Path, Step } from '../definition/definition.ts';
import type { RawDefinition } from '../definition/schema/definition.ts';
import type { Template } from '../template/index.ts';

/** What rules look at: a definition that compiles, and the text that it was compiled from. */
export interface Subject {
  readonly definition: Definition;
  readonly raw: RawDefinition;
  readonly uses: readonly Use[];
}

export type Rule = (subject: Subject) => Finding[];

export type Role = 'read' | 'write' | 'command' | 'stop' | 'identify' | 'init' | 'resync' | 'errorQueue';

/** One exchange where it is used, and what is known of its fields there. */
export interface Use {
  readonly role: Role;
  readonly exchange: Exchange;
  /** Only for the exchange of a repeat. */
  readonly repeat?: Extract<Step, { kind: 'repeat' }>;
  /** Options, what `each` fixed, and parameters: all that has a value before the reply comes. */
  readonly known: ReadonlySet<string>;
  /** Parameters with their schemas; `value` for a write. */
  readonly params: Readonly<Record<string, JsonSchema>>;
  /** Fields of the reply that something is made of, with their schemas. */
  readonly wanted: Readonly<Record<string, JsonSchema>>;
  readonly constants: Action['constants'];
  /** The property, command or other part that it belongs to. */
  readonly owner: Path;
}

type Meaning = Pick<Use, 'role' | 'params' | 'wanted' | 'constants' | 'owner'>;

export function subjectOf(definition: Definition, raw: RawDefinition): Subject {
  return { definition, raw, uses: usesOf(definition) };
}

const bare = { params: {}, wanted: {}, constants: {} };

export function usesOf(definition: Definition): Use[] {
  const { identify, identifyFirst = [], init, resync = [], stop, errorQueue } = definition;
  const of = (steps: readonly Step[], meaning: Meaning): Use[] => usesIn(definition, steps, meaning);
  return [
    ...(identify ? of([...identifyFirst, identify], { ...bare, role: 'identify', owner: ['identify'] }) : []),
    ...of(init, { ...bare, role: 'init', owner: ['init'] }),
    ...of(resync, { ...bare, role: 'resync', owner: ['resync'] }),
    ...(stop ? of(stop.steps, { ...bare, role: 'stop', owner: ['stop'] }) : []),
    ...(errorQueue ? of([errorQueue.exchange], { ...bare, role: 'errorQueue', owner: ['errorQueue'] }) : []),
    ...readUses(definition),
    ...writeUses(definition),
    ...commandUses(definition),
  ];
}

function usesIn({ options }: Definition, steps: readonly Step[], meaning: Meaning): Use[] {
  const names = [...Object.keys(options), ...Object.keys(meaning.constants), ...Object.keys(meaning.params)];
  const rest = { ...meaning, known: new Set(names) };
  return steps.flatMap((step): Use[] => {
    if (step.kind === 'wait') return [];
    if (step.kind === 'exchange') return [{ ...rest, exchange: step }];
    return [{ ...rest, exchange: step.exchange, repeat: step }];
  });
}

/** The schema of a field that properties are bits of, whatever they are themselves. */
export const word: JsonSchema = { type: 'integer' };

/** Properties that share an exchange are one use of it, which wants all their fields. */
function readUses(definition: Definition): Use[] {
  const shared = new Map<string, Record<string, JsonSchema>>();
  const all = Object.entries(definition.properties).flatMap(([name, { read, path }]) => {
    const own = definition.model.properties[name]?.schema;
    if (read === undefined || own === undefined) return [];
    const schema = read.bits === undefined ? own : word;
    const other = read.from === undefined ? undefined : shared.get(read.from);
    if (other !== undefined) {
      if (other[read.field] !== word) other[read.field] = schema;
      return [];
    }
    const wanted = { [read.field]: schema };
    if (read.from !== undefined) shared.set(read.from, wanted);
    return [{ read, meaning: { role: 'read', params: {}, wanted, constants: read.constants, owner: path } as const }];
  });
  return all.flatMap(({ read, meaning }) => usesIn(definition, read.steps, meaning));
}

function writeUses(definition: Definition): Use[] {
  return Object.entries(definition.properties).flatMap(([name, { write, path }]) => {
    const spec = definition.model.properties[name];
    if (write === undefined || spec === undefined || spec.access === 'read') return [];
    const params = { value: spec.write.schema ?? spec.schema };
    return usesIn(definition, write.steps, { ...bare, role: 'write', params, constants: write.constants, owner: path });
  });
}

function commandUses(definition: Definition): Use[] {
  return Object.entries(definition.commands).flatMap(([name, action]) => {
    const spec = definition.model.commands[name];
    const params = membersOf(spec?.params);
    const wanted = membersOf(spec?.result);
    const { constants, path } = action;
    return usesIn(definition, action.steps, { role: 'command', params, wanted, constants, owner: path });
  });
}

export function membersOf(schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> {
  const members = schema?.['properties'];
  // The schemas are those of this folder's own making.
  return typeof members === 'object' && members !== null ? (members as Readonly<Record<string, JsonSchema>>) : {};
}

/** Where in a message's own text a part of its framed template stands; undefined in the frame. */
export function offsetIn(template: Template, at: number, frame: string | undefined): { offset?: number } {
  const before = frame?.indexOf('{message}') ?? 0;
  const length = template.text.length - (frame === undefined ? 0 : frame.length - '{message}'.length);
  const offset = at - before;
  return offset < 0 || offset >= length ? {} : { offset };
}

/** The paths of the templates of a reply, in the order of its frames. */
export function expectPath({ raw }: Subject, exchange: Exchange, index: number): Path {
  const at = [...exchange.path, 'expect'];
  return Array.isArray(valueAt(raw, at)) ? [...at, index] : at;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return Object.hasOwn(current, key) ? (current as Readonly<Record<string | number, unknown>>)[key] : undefined;
  }, value);
}

/** One finding for each place, however many channels `each` makes of it. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, detail, offset }) => {
    const key = JSON.stringify([path, detail, offset]);
    return !seen.has(key) && seen.add(key);
  });
}
