import { type JsonSchema, scaled, unscaled, validate } from '../../src/driver/index.ts';
import { assertSchema } from '../../src/driver/schema.ts';
import type { Findings } from './findings.ts';
import { rawRange } from './raw.ts';
import type { Register } from './register-schema.ts';

/** Whether what the register holds can be what the schema says. */
export function checkReadSchema(register: Register, schema: JsonSchema, findings: Findings): void {
  if (!isSchema(schema, findings)) return;
  const { type, values = {}, scale = 1, offset = 0 } = register;
  const wanted = jsonTypes(register);
  if (!wanted.includes(String(schema['type'])))
    return findings.add(`of a register of type ${type} it should be of type ${wanted.join(' or ')}`);
  for (const text of Object.keys(values)) {
    if (validate(schema, text).length > 0)
      findings.add(`does not allow ${JSON.stringify(text)}, which the register can mean`);
  }
  const isWhole = Number.isInteger(scale) && Number.isInteger(offset);
  if (schema['type'] === 'integer' && !isWhole)
    findings.add('an integer cannot have a scale or offset with a fraction');
}

/** Whether the register can hold whatever the schema lets be written. */
export function checkWriteSchema(register: Register, schema: JsonSchema, findings: Findings): void {
  const before = findings.list.length;
  checkReadSchema(register, schema, findings);
  if (findings.list.length > before) return;
  if (register.type === 'string') return checkText(register, schema, findings);
  if (register.type === 'enum') return checkMembers(register, schema, findings);
  if (register.type !== 'bool') checkBounds(register, schema, findings);
}

function isSchema(schema: JsonSchema, findings: Findings): boolean {
  try {
    assertSchema(schema);
    return true;
  } catch (error) {
    findings.add(`is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function jsonTypes({ type }: Register): readonly string[] {
  if (type === 'bool') return ['boolean'];
  if (type === 'enum' || type === 'string') return ['string'];
  return type === 'float32' || type === 'float64' ? ['number'] : ['number', 'integer'];
}

function checkText({ length = 0 }: Register, schema: JsonSchema, findings: Findings): void {
  const longest = schema['maxLength'];
  if (typeof longest === 'number' && longest <= length * 2) return;
  findings.add(`needs a \`maxLength\` of at most ${length * 2}, for there is no room for more`);
}

function checkMembers({ values = {} }: Register, schema: JsonSchema, findings: Findings): void {
  const members = schema['enum'];
  if (!Array.isArray(members)) return findings.add('needs an `enum` of what can be written');
  for (const member of members) {
    if (!Object.hasOwn(values, String(member)))
      findings.add(`allows ${JSON.stringify(member)}, which has no number in \`values\``);
  }
}

function checkBounds(register: Register, schema: JsonSchema, findings: Findings): void {
  const range = rawRange(register);
  if (range === undefined) return;
  const { scale = 1, offset = 0 } = register;
  const ends = [scaled(range.min, scale, offset), scaled(range.max, scale, offset)];
  const holds = `the register holds ${Math.min(...ends)} to ${Math.max(...ends)}`;
  for (const end of [
    schema['minimum'] ?? schema['exclusiveMinimum'],
    schema['maximum'] ?? schema['exclusiveMaximum'],
  ]) {
    if (typeof end !== 'number') return findings.add(`needs a \`minimum\` and a \`maximum\`: ${holds}`);
    const raw = unscaled(end, scale, offset);
    if (raw < range.min || raw > range.max) return findings.add(`allows ${end}, and ${holds}`);
  }
}
