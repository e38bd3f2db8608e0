import { Type } from '@sinclair/typebox';
import { BellcrankError, type JsonSchema, validate } from '../../../src/driver/index.ts';
import { isLinear } from '../../../src/driver/linear-regexp.ts';
import type { SimulatorControl } from '../../../src/simulation/control.ts';
import { tooMuchOf } from './amplification.ts';
import type { WatchedState } from './watched-state.ts';
import { type Fault, type FaultKind, faultKinds, faultSchemaOf, type Kind } from './kinds.ts';

export type WireShape = 'bytes' | 'messages';
export type Via = SimulatorControl['via'];

export interface FaultsRequest {
  readonly seed?: number;
  readonly faults: readonly Fault[];
}

/** What faults are checked against. */
export interface KnownWire {
  readonly shape: WireShape;
  readonly via: Via;
  /** Whether the device has a refusal in its own words. */
  readonly hasNak: boolean;
  /** Whether there is something to unplug. */
  readonly hasPort: boolean;
  readonly state: Pick<WatchedState, 'has' | 'names'>;
}

/** Faults that one simulator has at a time. */
export const maxFaults = 32;

/** The kinds that exist on this wire. */
export function kindsOn(shape: WireShape, via: Via): readonly FaultKind[] {
  return kindNames.filter((name) => {
    const { shapes, notVia }: Kind = faultKinds[name];
    return shapes.includes(shape) && notVia?.[via] === undefined;
  });
}

// `Object.keys` forgets the names of an object that is known.
export const kindNames = Object.keys(faultKinds) as readonly FaultKind[];

const seed = Type.Optional(
  Type.Integer({ description: 'Another seed than the simulator’s.', minimum: 0, maximum: 4_294_967_295 }),
);

/** What `setFaults` takes. */
export function faultsSchemaFor(shape: WireShape, via: Via): JsonSchema {
  return Type.Object({ seed, faults: faultListSchemaFor(kindsOn(shape, via)) }, { additionalProperties: false });
}

/** A list of faults of these kinds. */
export function faultListSchemaFor(kinds: readonly FaultKind[]) {
  return Type.Array(Type.Union(kinds.map((name) => faultSchemaOf(name))), { maxItems: maxFaults });
}

/** Checks a request kind by kind, so that what is wrong is told of the kind that was meant. Throws `invalid-request`. */
export function faultsRequest(request: unknown, wire: KnownWire): FaultsRequest {
  const errors = validate(envelope, request);
  if (errors.length === 0) {
    // Valid by the envelope just above.
    const { faults } = request as { readonly faults: readonly { readonly kind: string }[] };
    errors.push(...faults.flatMap((fault, index) => faultErrors(fault, `/faults/${index}`, wire)));
  }
  if (errors.length === 0) {
    // Valid by the schema of each fault's kind.
    const detail = tooMuchOf((request as FaultsRequest).faults);
    if (detail !== undefined) errors.push({ pointer: '/faults', detail });
  }
  const [first] = errors;
  // Valid by the schema of each fault's kind.
  if (first === undefined) return request as FaultsRequest;
  throw new BellcrankError('invalid-request', `${first.pointer || 'the request'} ${first.detail}`, { errors });
}

const envelope = Type.Object(
  { seed, faults: Type.Array(Type.Object({ kind: Type.String() }), { maxItems: maxFaults }) },
  { additionalProperties: false },
);

export interface Problem {
  readonly pointer: string;
  readonly detail: string;
}

function faultErrors(fault: { readonly kind: string }, pointer: string, wire: KnownWire): Problem[] {
  const { shape, via } = wire;
  const name = kindsOn(shape, via).find((candidate) => candidate === fault.kind);
  if (name === undefined) return [{ pointer: `${pointer}/kind`, detail: whyNot(fault.kind, wire) }];
  const errors = validate(faultSchemaOf(name), fault, pointer);
  // Valid by the schema of its kind.
  return errors.length > 0
    ? errors
    : [...wireMisfits(fault as Fault, pointer, wire), ...deviceMisfits(fault as Fault, pointer, wire)];
}

/** Why this wire cannot have a fault of that name. */
export function whyNot(name: string, { shape, via }: Pick<KnownWire, 'shape' | 'via'>): string {
  const known = kindNames.find((candidate) => candidate === name);
  const { notVia }: Partial<Kind> = known === undefined ? {} : faultKinds[known];
  const reason = notVia?.[via];
  if (reason !== undefined) return `is none that a wire via ${via} can have: ${reason}`;
  return `is none that a wire of ${shape} has; known: ${kindsOn(shape, via).join(', ')}`;
}

/** What a schema cannot tell: it depends on the wire. */
export function wireMisfits(fault: Fault, at: string, { via }: Pick<KnownWire, 'via'>): Problem[] {
  const problems: Problem[] = [];
  if (fault.match !== undefined && !isLinear(fault.match)) {
    problems.push({ pointer: `${at}/match`, detail: 'is no regular expression of RE2, which has no look-around' });
  }
  if (fault.kind === 'unplug' && fault.otherPath === true && (via === 'memory' || via === 'mqtt')) {
    problems.push({ pointer: `${at}/otherPath`, detail: `is for wires with a path or a port; ${via} has none` });
  }
  return problems;
}

/** The same: it depends on the device. */
function deviceMisfits(fault: Fault, at: string, { shape, hasNak, hasPort, state }: KnownWire): Problem[] {
  const problems: Problem[] = [];
  if (fault.when !== undefined && !state.has(fault.when.state)) {
    const detail = `is nothing that this simulator’s state has; ${listed(state.names)}`;
    problems.push({ pointer: `${at}/when/state`, detail });
  }
  if (fault.kind === 'nak' && !hasNak && shape === 'messages') {
    problems.push({
      pointer: `${at}/kind`,
      detail: 'is nothing that this device could say: its dialect has no refusal',
    });
  } else if (fault.kind === 'nak' && fault.text === undefined && !hasNak) {
    problems.push({ pointer: at, detail: 'needs `text`: this device has no refusal of its own' });
  }
  if (faultKinds[fault.kind].acts === 'port' && !hasPort) {
    problems.push({ pointer: `${at}/kind`, detail: 'needs a port that can fail, and this wire has none' });
  }
  return problems;
}

/** Names that a message has room for. */
const maxListed = 40;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'it has none';
  return `known: ${names.slice(0, maxListed).join(', ')}${names.length > maxListed ? ', …' : ''}`;
}
