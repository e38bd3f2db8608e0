import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { areRanges, type Schema, schemasOf } from './schema.ts';
import { type Complaint, type Place, typeName, wordsFor } from './words.ts';

/** What a service says of a request is bounded, and so is this. */
const maxComplaints = 20;

/** These only say that something within them is wrong, which is told by itself. */
const wrappers = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'unevaluatedItems',
  'propertyNames',
  'prefixItems',
  'allOf',
  '$ref',
  'if',
  'then',
  'else',
  'contains',
  'dependentSchemas',
]);

const validators = new WeakMap<Schema, Validator>();

/** Checks a value by interpretation: the page's policy forbids code that is made at run time, as Ajv makes it. */
export function check(schema: Schema, value: unknown): Complaint[] {
  const { valid, errors } = validatorOf(schema).validate(value);
  if (valid) return [];
  const found = told(errors).flatMap((error) => complaintsOf(placeOf(schema, value, error)));
  const unique = new Map(found.map((each) => [`${each.path.join('/')} ${each.message}`, each]));
  // Nothing that is wrong may pass for right because there are no words for it.
  if (unique.size === 0) return [{ path: [], message: 'This is not valid.' }];
  return [...unique.values()].slice(0, maxComplaints);
}

export function isValid(schema: Schema, value: unknown): boolean {
  return validatorOf(schema).validate(value).valid;
}

function validatorOf(schema: Schema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = new Validator({ ...schema }, '2020-12', false);
  validators.set(schema, made);
  return made;
}

/** Without wrappers, and without the branches of alternatives, of which the alternative itself tells the nearest. */
function told(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const isBranch = ({ keywordLocation }: OutputUnit): boolean =>
    alternatives.some((each) => keywordLocation.startsWith(`${each.keywordLocation}/`));
  return errors.filter((error) => !wrappers.has(error.keyword) && !isBranch(error));
}

/** Where one of the alternatives is meant, to judge by its type, what is wrong with that one says more. */
function complaintsOf(place: Place): readonly Complaint[] {
  const { keyword, path, parent, value } = place;
  if (keyword !== 'anyOf' && keyword !== 'oneOf') return wordsFor(place);
  const branches = schemasOf(parent[keyword]);
  const [meant, ...others] = areRanges(branches)
    ? branches.filter((range) => isValid(withoutSteps(range), value)).slice(0, 1)
    : branches.filter(({ type }) => type === typeName(value));
  // A reference is resolved from the root alone.
  if (meant === undefined || others.length > 0 || JSON.stringify(meant).includes('"$ref"')) return wordsFor(place);
  if (isValid(meant, value) || 'const' in meant) return wordsFor(place);
  return check(meant, value).map((each) => ({ ...each, path: [...path, ...each.path] }));
}

function withoutSteps({ multipleOf: _, ...range }: Schema): Schema {
  return range;
}

function placeOf(root: Schema, value: unknown, { keyword, keywordLocation, instanceLocation }: OutputUnit): Place {
  const steps = stepsOf(keywordLocation);
  const path = stepsOf(instanceLocation);
  const parent = keyword === 'false' ? root : schemaAt(root, steps.slice(0, -1));
  const around = steps.map((_, index) => schemaAt(root, steps.slice(0, index)));
  return { keyword, path, parent, around, value: valueAt(value, path) };
}

function stepsOf(pointer: string): string[] {
  const steps = pointer.replace(/^#/, '').split('/').slice(1);
  return steps.map((step) => safely(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function safely(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** Where a keyword stands; a `$ref` on the way leads on from the root. */
function schemaAt(root: Schema, steps: readonly string[]): Schema {
  let here: unknown = root;
  for (const step of steps) {
    const next = own(here, step);
    here = step === '$ref' && typeof next === 'string' ? schemaAt(root, stepsOf(next)) : next;
  }
  return typeof here === 'object' && here !== null ? (here as Schema) : {};
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce(own, value);
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
