import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { InputError } from '../errors.ts';
import { linearRegExp } from './linear-regexp.ts';
import type { JsonSchema } from './spec.ts';
import { topicLevelPattern, topicPrefixPattern } from './topic-words.ts';

/** Keywords that describe without validating; strict mode refuses a schema with unknown ones. */
const annotations = ['unit'];

/** Longest list of errors that an answer carries. */
export const maxErrors = 20;
/** What a validator found that is looked at for those: with each other, which takes the square of their number. */
const maxFound = 1000;

/** Distinct schemas compiled before all are dropped: Ajv itself never lets go of one. */
const maxCompiled = 2000;

/** `code` is what a generated module would call; none is generated. */
const regExp = Object.assign(linearRegExp, { code: 'new RegExp' });

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    validateFormats: true,
    // Compiling the schema of schemas takes as long as dozens of others: it is asked for by `assertSchema` alone.
    validateSchema: false,
    verbose: true,
    code: { regExp, optimize: false },
    // 0.3 is a multiple of 0.1 to whoever wrote it, whatever binary fractions say.
    multipleOfPrecision: 6,
  });
  addFormats.default(ajv, ['date-time', 'date', 'time', 'uri', 'uuid', 'ipv4', 'ipv6', 'hostname']);
  for (const keyword of annotations) ajv.addKeyword({ keyword });
  return ajv;
}

/**
 * Compiled validators, found by the schema object and, since devices narrow and describe their models anew at each
 * attach, by its text.
 */
class Validators {
  #ajv = createAjv();
  #byText = new Map<string, ValidateFunction>();
  #bySchema = new WeakMap<JsonSchema, ValidateFunction>();

  /** Throws unless it is one by the schema of schemas (JSON Schema 2020-12), and strict. */
  assert(schema: JsonSchema): void {
    void this.#ajv.validateSchema(JSON.parse(JSON.stringify(schema)) as JsonSchema, true);
    this.get(schema);
  }

  get(schema: JsonSchema): ValidateFunction {
    const known = this.#bySchema.get(schema);
    if (known !== undefined) return known;
    const validate = this.#compiled(JSON.stringify(schema));
    this.#bySchema.set(schema, validate);
    return validate;
  }

  #compiled(text: string): ValidateFunction {
    let validate = this.#byText.get(text);
    if (validate === undefined) {
      if (this.#byText.size >= maxCompiled) this.#startAfresh();
      validate = this.#ajv.compile(JSON.parse(text) as JsonSchema);
      this.#byText.set(text, validate);
    }
    return validate;
  }

  #startAfresh(): void {
    this.#ajv = createAjv();
    this.#byText = new Map();
    this.#bySchema = new WeakMap();
  }
}

const validators = new Validators();

/** Refuses a schema that is not valid itself; for models and definitions of others, when they are loaded. */
export function assertSchema(schema: JsonSchema): void {
  validators.assert(schema);
}

/**
 * Checks a value against a schema, without coercion and without dropping anything. Returns what is wrong with it,
 * bounded; an empty list means valid. Compiled on first use and cached by the schema object.
 */
export function validate(schema: JsonSchema, value: unknown, at = ''): InputError[] {
  const check = validators.get(schema);
  if (check(value)) return [];
  const seen = new Set<string>();
  const errors: InputError[] = [];
  for (const error of withoutBranches((check.errors ?? []).slice(0, maxFound))) {
    const described = describe(error, at);
    const key = `${described.pointer} ${described.detail}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (errors.push(described) === maxErrors) break;
  }
  return errors;
}

/** RFC 6901 §3: `~` and `/` in a key are escaped. Keys come from clients, so they are bounded too. */
export function pointerTo(base: string, key: string): string {
  return `${base}/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function describe(error: ErrorObject, at: string): InputError {
  const base = `${at}${error.instancePath.slice(0, 500)}`;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return {
        pointer: pointerTo(base, String(params['additionalProperty'])),
        detail: 'is not a known key; remove it',
      };
    case 'unevaluatedProperties':
      return {
        pointer: pointerTo(base, String(params['unevaluatedProperty'])),
        detail: 'is not a known key; remove it',
      };
    case 'required':
      return { pointer: pointerTo(base, String(params['missingProperty'])), detail: 'is required' };
    case 'type':
      if (error.data === undefined) return { pointer: base, detail: 'is required' };
      return { pointer: base, detail: `must be ${[params['type']].flat().join(' or ')}, not ${kindOf(error.data)}` };
    case 'pattern':
      return { pointer: base, detail: patternDetail(error) };
    case 'anyOf': {
      const constants = constantsOf(error);
      const none = areRanges(error) ? 'is in none of its ranges' : 'fits none of its forms';
      return { pointer: base, detail: constants ? `must be one of ${listOf(constants)}` : none };
    }
    case 'oneOf': {
      const keys = eitherOf(error);
      return {
        pointer: base,
        detail: keys ? `needs exactly one of ${keys.join(', ')}` : 'fits none or several of its forms',
      };
    }
    case 'format':
      return { pointer: base, detail: formatDetail(error) };
    case 'not':
      return { pointer: base, detail: descriptionOf(error) ?? error.message ?? 'is not valid' };
    case 'enum':
      return { pointer: base, detail: `must be one of ${listOf(params['allowedValues'])}` };
    case 'const':
      return { pointer: base, detail: `must be ${JSON.stringify(params['allowedValue'])}` };
    default:
      return { pointer: base, detail: error.message ?? 'is not valid' };
  }
}

/**
 * A union of literals is a choice: one error says so, and not one for each literal. So is one of several keys. Of ranges with
 * steps of their own the one that a number lies in has its say. An `if` adds nothing to its branch.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const at = (error: ErrorObject): string => error.instancePath;
  const choices = new Set(errors.filter((error) => constantsOf(error)).map(at));
  const ranges = errors.filter(areRanges);
  const wholes = [...errors.filter((error) => eitherOf(error)), ...ranges];
  const isBranchOf = (whole: ErrorObject, { instancePath, schemaPath }: ErrorObject): boolean =>
    at(whole) === instancePath && schemaPath.startsWith(`${whole.schemaPath}/`);
  const steps = new Map(ranges.map((each) => [each, stepOf(errors.filter((error) => isBranchOf(each, error)))]));
  const told = errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      (error.keyword !== 'const' || !choices.has(at(error))) &&
      !wholes.some((whole) => isBranchOf(whole, error)),
  );
  return told.map((error) => steps.get(error) ?? error);
}

/** The keys of which one must be there, if that is all that the branches ask for. */
function eitherOf({ keyword, schema }: ErrorObject): string[] | undefined {
  if (keyword !== 'oneOf' || !Array.isArray(schema)) return undefined;
  const branches = schema as readonly Readonly<Record<string, unknown>>[];
  const keys = branches.map(({ required, ...rest }) => (Object.keys(rest).length === 0 ? required : undefined));
  return keys.every((key) => Array.isArray(key) && key.length === 1) ? keys.flat().map(String) : undefined;
}

const ofRanges = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

/** Ranges of one number, each with steps of its own. */
function areRanges({ keyword, schema }: ErrorObject): boolean {
  if (keyword !== 'anyOf' || !Array.isArray(schema)) return false;
  return schema.every((range: object) => Object.keys(range).every((key) => ofRanges.includes(key)));
}

/** What is wrong in the first range that a number lies in, if it lies in any. */
function stepOf(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const byRange = Map.groupBy(errors, ({ parentSchema }) => parentSchema);
  return [...byRange.values()].find((each) => each.every(({ keyword }) => keyword === 'multipleOf'))?.[0];
}

function constantsOf({ keyword, schema }: ErrorObject): unknown[] | undefined {
  if (keyword !== 'anyOf' || !Array.isArray(schema)) return undefined;
  const branches = schema as readonly Readonly<Record<string, unknown>>[];
  return branches.every((branch) => 'const' in branch) ? branches.map((branch) => branch['const']) : undefined;
}

const patternWords = new Map<unknown, string>([
  [topicLevelPattern, 'must be one level of a topic, which has no /, + or # in it'],
  [topicPrefixPattern, 'must be levels of a topic with single / between them and no + or #, not beginning with $'],
]);

/** Whoever writes `+01:00` into an address has sent a space. */
function formatDetail({ schema, data, message = 'is not valid' }: ErrorObject): string {
  if (schema !== 'date-time') return message;
  const isCut = typeof data === 'string' && / \d\d:?\d\d$/.test(data);
  return `must be a time such as 2026-01-31T12:00:00Z${isCut ? '; in an address + is written %2B' : ''}`;
}

/** A person reads a description better than the regular expression before it. */
function patternDetail(error: ErrorObject): string {
  const description = descriptionOf(error);
  const rule = patternWords.get(error.schema) ?? error.message ?? 'is not valid';
  return description === undefined ? rule : `${rule}. ${description}`;
}

function descriptionOf({ parentSchema }: ErrorObject): string | undefined {
  const description: unknown = parentSchema?.['description'];
  return typeof description === 'string' ? description : undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is not finite';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function listOf(values: unknown): string {
  const list = Array.isArray(values) ? values : [values];
  const shown = list.slice(0, 20).map((value) => JSON.stringify(value));
  return list.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}
