import type { JsonSchema } from '../../src/driver/index.ts';
import type { Register } from './register-schema.ts';

/** Bits of a float's significand after its first, without those that the shortest decimal may be off by. */
const significandBits = { float32: 22, float64: 51 } as const;

/**
 * The step in which a register tells values that its schema allows; what is written may be off by half of it. 0 where
 * every value is told as it is, and for a float whose schema has no bounds: nobody knows then how coarse it gets.
 */
export function resolutionOf({ type, scale = 1, offset = 0 }: Register, schema: JsonSchema): number {
  if (type === 'string' || type === 'bool' || type === 'enum') return 0;
  const step = Math.abs(scale);
  if (type !== 'float32' && type !== 'float64') return isWhole(schema) && step === 1 ? 0 : step;
  if (type === 'float64' && scale === 1 && offset === 0) return 0;
  const largest = Math.max(...ends(schema).map((end) => Math.abs((end - offset) / scale)));
  return largest > 0 && Number.isFinite(largest)
    ? 2 ** (Math.floor(Math.log2(largest)) - significandBits[type]) * step
    : 0;
}

function isWhole(schema: JsonSchema): boolean {
  return schema['type'] === 'integer';
}

/** Both bounds; infinite where one is missing. */
function ends(schema: JsonSchema): number[] {
  return [schema['minimum'] ?? schema['exclusiveMinimum'], schema['maximum'] ?? schema['exclusiveMaximum']].map((end) =>
    typeof end === 'number' ? end : Number.POSITIVE_INFINITY,
  );
}
