import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** JSON Schema, as far as the document has it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Documented {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** One operation of the document, with its references to parameters and bodies resolved. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` where parameters stand. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: Schema; readonly required: boolean } | undefined;
  readonly responses: Readonly<Record<string, Documented>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Schema[];
  readonly requestBody?: Schema;
  readonly responses: Readonly<Record<string, Documented>>;
}

export type RawDocument = Readonly<Record<string, unknown>> & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
};

/** What the service says of itself: its operations, and what each may be answered with. */
export class Document {
  readonly operations: readonly Operation[];
  readonly #raw: RawDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(raw: RawDocument) {
    this.#raw = raw;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(raw, 'openapi');
    this.operations = Object.entries(raw.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => this.#operation(method.toUpperCase(), path, operation)),
    );
  }

  /** A schema that is not a reference. */
  resolve(schema: Schema): Schema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    const steps = $ref.slice(2).split('/');
    const found = steps.reduce<unknown>((at, step) => (at as Schema)[unescaped(step)], this.#raw);
    return this.resolve(found as Schema);
  }

  /** The operation that a path leads to: a device's own before the one of all devices. */
  find(method: string, path: string): Operation | undefined {
    const pathname = path.replace(/(?<=.)\/$/, '');
    const own = this.operations.find((each) => each.method === method && each.path === pathname);
    return own ?? this.operations.find((each) => each.method === method && fits(each.path, pathname));
  }

  /** What is wrong with an answer's body by the schema of its status, as text; nothing if it fits. */
  wrong(operation: Operation, status: number, mediaType: string, body: unknown): string | undefined {
    const { path, method } = operation;
    return this.#check(['paths', path, method.toLowerCase(), 'responses', String(status)], mediaType, body);
  }

  wrongProblem(body: unknown): string | undefined {
    return this.#check(['components', 'responses', 'Problem'], 'application/problem+json', body);
  }

  #check(steps: readonly string[], mediaType: string, body: unknown): string | undefined {
    const pointer = [...steps, 'content', mediaType, 'schema'].map(escaped).join('/');
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `openapi#/${pointer}` });
    this.#validators.set(pointer, validate);
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  #operation(method: string, path: string, raw: RawOperation): Operation {
    const parameters = (raw.parameters ?? []).map((each) => this.resolve(each) as unknown as Parameter);
    const body = raw.requestBody === undefined ? undefined : this.resolve(raw.requestBody);
    const content = Object.values((body?.['content'] ?? {}) as Record<string, { schema: Schema }>)[0];
    return {
      id: raw.operationId,
      method,
      path,
      parameters,
      body: content === undefined ? undefined : { schema: content.schema, required: body?.['required'] === true },
      responses: raw.responses,
    };
  }
}

function fits(template: string, pathname: string): boolean {
  const wanted = template.split('/');
  const given = pathname.split('/');
  return wanted.length === given.length && wanted.every((part, at) => part === given[at] || part.startsWith('{'));
}

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}
