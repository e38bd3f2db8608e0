import * as fc from 'fast-check';
import type { Document, Operation, Parameter } from './document.ts';
import { broken, hostileBodies, hostileHeaders, hostileQueries, hostileSegments, strange } from './hostile.ts';
import { filled, type Places } from './places.ts';
import type { Prepared } from './preparations.ts';
import { valuesOf } from './values.ts';

/** How far from the document a part of a request may be. */
type Manner = 'valid' | 'broken' | 'hostile';

export interface FuzzRequest {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly payload: string | Buffer | undefined;
}

/** Any request for one operation: what is valid, what nearly is, and what is hostile, part by part. */
export function requestsOf(operation: Operation, document: Document, places: Places): fc.Arbitrary<FuzzRequest> {
  const manner = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Manner>('valid') },
    { weight: 3, arbitrary: fc.constant<Manner>('broken') },
    { weight: 2, arbitrary: fc.constant<Manner>('hostile') },
  );
  const hostile = fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    fc.array(hostileHeaders, { minLength: 1, maxLength: 3 }),
  );
  return fc.tuple(manner, manner, manner).chain(([path, query, body]) =>
    fc
      .tuple(
        pathsOf(operation, places, path),
        queriesOf(operation, document, query),
        headersOf(operation),
        bodiesOf(operation, document, body),
        hostile,
        fc.oneof(
          { weight: 20, arbitrary: fc.constant(operation.method) },
          fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
        ),
      )
      .map(([pathname, search, headers, payload, others, method]): FuzzRequest => ({
        operation: operation.id,
        method,
        url: `${pathname}${search}`,
        headers: { ...typeOf(payload), ...headers, ...Object.fromEntries(others) },
        payload: method === 'HEAD' || method === 'GET' ? undefined : payload,
      })),
  );
}

/** Requests that are as the document says, but for what is prepared. */
export function validRequestsOf(
  operation: Operation,
  document: Document,
  places: Places,
  prepared: Prepared,
): fc.Arbitrary<FuzzRequest> {
  const { id, method, path } = operation;
  const { filling, body } = prepared;
  const paths = filling === undefined ? pathsOf(operation, places, 'valid') : fc.constant(filled(path, filling));
  const bodies = body === undefined ? bodiesOf(operation, document, 'valid') : fc.constant(text(body));
  return fc
    .tuple(paths, bodies)
    .map(([url, payload]) => ({ operation: id, method, url, headers: typeOf(payload), payload }));
}

function typeOf(payload: string | Buffer | undefined): Record<string, string> {
  return payload === undefined ? {} : { 'content-type': 'application/json' };
}

function pathsOf({ path }: Operation, places: Places, manner: Manner): fc.Arbitrary<string> {
  const fillings = places.of(path);
  const right =
    fillings.length === 0
      ? fc.constant(filled(path, {}, () => 'none'))
      : fc.constantFrom(...fillings).map((one) => filled(path, one));
  if (manner === 'valid') return right;
  const at = fc.integer({ min: 1, max: path.split('/').length - 1 });
  const odd = fc
    .tuple(right, at, hostileSegments)
    .map(([url, index, segment]) => url.split('/').with(index, segment).join('/'));
  return manner === 'hostile' ? odd : fc.oneof(right, odd);
}

function queriesOf({ parameters }: Operation, document: Document, manner: Manner): fc.Arbitrary<string> {
  const its = parameters.filter((each) => each.in === 'query');
  const known = its.map((parameter) => {
    const right = valuesOf(parameter.schema, (schema) => document.resolve(schema)).map((value) => encoded(value));
    const value = manner === 'valid' ? right : fc.oneof(right, hostileQueries);
    return fc
      .option(value, { nil: undefined, freq: 2 })
      .map((text) => (text === undefined ? [] : [`${parameter.name}=${text}`]));
  });
  const names = fc.constantFrom(
    'x',
    '__proto__',
    'limit',
    'device',
    'dryRun',
    '',
    '%00',
    ...its.map(({ name }) => name),
  );
  const odd = fc.array(
    fc.tuple(names, hostileQueries).map(([name, value]) => `${name}=${value}`),
    { minLength: 1, maxLength: 3 },
  );
  const all = manner === 'hostile' ? fc.tuple(...known, odd) : fc.tuple(...known);
  return all.map((parts) => parts.flat()).map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));
}

function encoded(value: unknown): string {
  const text = String(Array.isArray(value) ? (value[0] ?? '') : value);
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
}

function headersOf({ parameters }: Operation): fc.Arbitrary<Record<string, string>> {
  const its = parameters.filter((each) => each.in === 'header');
  const one = (parameter: Parameter): fc.Arbitrary<[string, string]> => {
    const { examples } = parameter.schema as { examples?: readonly string[] };
    // What a header may say stands in words; the document's examples are right.
    const value = examples === undefined ? fc.constant('token') : fc.constantFrom(...examples);
    return value.map((text) => [parameter.name.toLowerCase(), text]);
  };
  return fc
    .tuple(...its.map((parameter) => fc.option(one(parameter), { nil: undefined, freq: 1 })))
    .map((all) => Object.fromEntries(all.filter((header) => header !== undefined)));
}

function bodiesOf(
  { body, method }: Operation,
  document: Document,
  manner: Manner,
): fc.Arbitrary<string | Buffer | undefined> {
  const none = fc.constant(undefined);
  if (manner === 'hostile') return method === 'GET' ? none : fc.oneof(hostileBodies, strange.map(text));
  if (body === undefined) return none;
  const values = valuesOf(body.schema, (schema) => document.resolve(schema));
  if (manner === 'valid')
    return body.required ? values.map(text) : fc.oneof({ weight: 4, arbitrary: values.map(text) }, none);
  return values.chain(broken).map(text);
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
