import { type FaultKind, faultKinds, faultSchemaOf } from '../../../simulators/wire/faults/kinds.ts';
import { triggerProperties } from '../../../simulators/wire/faults/trigger.ts';
import { BellcrankError } from '../../errors.ts';
import { type JsonSchema, validate } from '../../driver/index.ts';
import type { FaultReport, SimulatorControl } from '../../simulation/control.ts';
import { suggestion } from '../../yaml/suggest.ts';
import { pairOf, valueOf } from '../name-value.ts';

/** As the schema of their kinds has them. */
export type Faults = readonly Readonly<Record<string, unknown>>[];

/** Longest text of a fault. */
const longest = 4000;

// `Object.keys` forgets the names of an object that is known.
const kinds = Object.keys(faultKinds) as readonly FaultKind[];

/**
 * `KIND` or `KIND:NAME=VALUE,NAME=VALUE…` as a fault of the schema. A value with a comma in it stands in quotes, as JSON has
 * them; `when.state=…` is a part of `when`. Throws `invalid-request`, saying what there is.
 */
export function parseFault(text: string): Readonly<Record<string, unknown>> {
  if (text.length > longest) throw wrong(text, `is longer than ${longest} characters; give it over HTTP instead`);
  const [, name = '', , rest] = /^([^:=,\s]*)(:([^]*))?$/.exec(text) ?? [];
  const kind = kinds.find((known) => known === name);
  if (kind === undefined) throw wrong(text, `must be KIND or KIND:NAME=VALUE,…; ${unknownKind(name)}`);
  const schema = faultSchemaOf(kind);
  const fault: Record<string, unknown> = { kind };
  for (const part of rest === undefined || rest === '' ? [] : partsOf(rest)) {
    const pair = pairOf(part);
    if (pair === undefined) throw wrong(text, `${JSON.stringify(part)} is no NAME=VALUE; ${takes(kind)}`);
    put(fault, pair.name.split('.'), typed(text, schemaAt(schema, pair.name.split('.')), pair.value));
  }
  const [error] = validate(schema, fault);
  if (error === undefined) return fault;
  throw wrong(text, `${error.pointer.slice(1).replaceAll('/', '.')} ${error.detail}; ${takes(kind)}`);
}

/** Sets them; what this wire cannot have is told of the fault that was meant. */
export async function setFaults(control: SimulatorControl, faults: Faults): Promise<FaultReport> {
  try {
    return await control.setFaults({ faults });
  } catch (error) {
    const [first] = error instanceof BellcrankError ? (error.errors ?? []) : [];
    const [, index, at = ''] = /^\/faults\/(\d+)(?:\/kind$|\/)?(.*)/.exec(first?.pointer ?? '') ?? [];
    if (first === undefined || index === undefined) throw error;
    throw wrong(String(faults[Number(index)]?.['kind']), `${at.replaceAll('/', '.')} ${first.detail}`.trim());
  }
}

/** The kinds, each with what it does; for help. */
export function faultsHelp(): string {
  const width = Math.max(...kinds.map((kind) => kind.length));
  return kinds.map((kind) => `  ${kind.padEnd(width)}  ${faultKinds[kind].summary}`).join('\n');
}

function unknownKind(name: string): string {
  const meant = name === '' ? '' : `there is no kind ${JSON.stringify(name.slice(0, 80))}`;
  const near = name === '' ? '' : suggestion(name, kinds);
  const hint = near.startsWith('; did') ? near : '';
  return `${meant}${hint}${meant === '' ? '' : '; '}the kinds are ${kinds.join(', ')}`;
}

function takes(kind: FaultKind): string {
  const own = Object.keys(faultKinds[kind].parameters);
  const { properties } = faultSchemaOf(kind);
  const when = Object.keys(triggerProperties).filter((name) => name !== 'when' && Object.hasOwn(properties, name));
  const parameters = own.length === 0 ? 'nothing of its own' : own.join(', ');
  return `${kind} takes ${parameters}, and says when it acts by ${when.join(', ')}, when.state, when.above, when.below, when.is`;
}

function wrong(text: string, detail: string): BellcrankError {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return new BellcrankError('invalid-request', `the fault ${JSON.stringify(shown)}: ${detail}`);
}

/** Cut at commas that stand in no quotes. */
function partsOf(text: string): string[] {
  return text.match(/(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

function put(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  // What is no parameter is told by the schema, whatever it is called.
  const own = Object.hasOwn(into, first) ? into[first] : undefined;
  const next = rest.length === 0 ? value : { ...(typeof own === 'object' ? own : {}), [rest.join('.')]: value };
  Object.defineProperty(into, first, { value: next, enumerable: true, configurable: true, writable: true });
}

function schemaAt(schema: JsonSchema, path: readonly string[]): JsonSchema | undefined {
  let at: unknown = schema;
  for (const name of path) {
    const properties = isObject(at) ? at['properties'] : undefined;
    at = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  }
  return isObject(at) ? at : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What is meant to be a text is one, whatever it looks like. */
function typed(fault: string, schema: JsonSchema | undefined, text: string): unknown {
  if (schema?.['type'] === 'string' && !text.startsWith('"')) return text;
  try {
    return valueOf(text);
  } catch {
    throw wrong(fault, `${text.slice(0, 80)} begins as JSON does, and is none; close its quotes or brackets`);
  }
}
