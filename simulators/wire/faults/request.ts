import { Type } from '@sinclair/typebox';
import { BellcrankError, type JsonSchema, validate } from '../../../src/driver/index.ts';
import { type Fault, type FaultKind, faultKinds, faultSchemaOf } from './kinds.ts';

export type WireShape = 'bytes' | 'messages';

export interface FaultsRequest {
  readonly seed?: number;
  readonly faults: readonly Fault[];
}

/** Faults that one simulator has at a time. */
export const maxFaults = 32;

/** The kinds that exist on a wire of this shape. */
export function kindsOn(shape: WireShape): readonly FaultKind[] {
  return kindNames.filter((name) => (faultKinds[name].shapes as readonly WireShape[]).includes(shape));
}

// `Object.keys` forgets the names of an object that is known.
const kindNames = Object.keys(faultKinds) as readonly FaultKind[];

/** What `setFaults` takes. */
export function faultsSchemaFor(shape: WireShape): JsonSchema {
  return Type.Object(
    {
      seed: Type.Optional(
        Type.Integer({ description: 'Another seed than the simulator’s.', minimum: 0, maximum: 4_294_967_295 }),
      ),
      faults: Type.Array(Type.Union(kindsOn(shape).map((name) => faultSchemaOf(name))), { maxItems: maxFaults }),
    },
    { additionalProperties: false },
  );
}

/** Checks a request kind by kind, so that what is wrong is told of the kind that was meant. Throws `invalid-request`. */
export function faultsRequest(request: unknown, shape: WireShape): FaultsRequest {
  const errors = validate(envelope, request);
  if (errors.length === 0) {
    // Valid by the envelope just above.
    const { faults } = request as { readonly faults: readonly { readonly kind: string }[] };
    errors.push(...faults.flatMap((fault, index) => faultErrors(fault, `/faults/${index}`, shape)));
  }
  const [first] = errors;
  // Valid by the schema of each fault's kind.
  if (first === undefined) return request as FaultsRequest;
  throw new BellcrankError('invalid-request', `${first.pointer || 'the request'} ${first.detail}`, { errors });
}

const envelope = Type.Object(
  {
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
    faults: Type.Array(Type.Object({ kind: Type.String() }), { maxItems: maxFaults }),
  },
  { additionalProperties: false },
);

function faultErrors(fault: { readonly kind: string }, pointer: string, shape: WireShape) {
  const known = kindsOn(shape);
  const name = known.find((candidate) => candidate === fault.kind);
  if (name !== undefined) return validate(faultSchemaOf(name), fault, pointer);
  const detail = `is none that a wire of ${shape} has; known: ${known.join(', ')}`;
  return [{ pointer: `${pointer}/kind`, detail }];
}
