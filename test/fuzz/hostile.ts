import * as fc from 'fast-check';

const deep = (levels: number, open: string, close: string): string => open.repeat(levels) + close.repeat(levels);

/** Values that are rarely what a place is for. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    5e-324,
    2 ** 53,
    -(2 ** 31),
    '',
    ' ',
    '\u0000',
    '\u001b[31m',
    '\ud800',
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    [[]],
    [null],
    { toString: 1 },
    { length: -1 },
    'x'.repeat(20_000),
    '__proto__',
    '1',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
);

const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'x',
  'value',
  '\u0000',
  '$ref',
];

/** A value with one thing about it changed: one key or item too many or too few, or something else in its place. */
export function broken(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return brokenList(value);
  if (typeof value === 'object' && value !== null) return brokenObject(value as Record<string, unknown>);
  if (typeof value === 'number')
    return fc.oneof(fc.constantFrom<unknown>(value + 1e9, -value - 1, value + 0.5, `${value}`), strange);
  if (typeof value === 'string')
    return fc.oneof(fc.constantFrom(`${value}\n`, value.toUpperCase(), value.slice(1), `${value}x`), strange);
  return strange;
}

function brokenList(list: readonly unknown[]): fc.Arbitrary<unknown> {
  const more = fc.array(strange, { minLength: 1, maxLength: 3 }).map((others) => [...list, ...others]);
  const many = fc.constant(Array.from({ length: 2000 }, () => list[0] ?? 0));
  if (list.length === 0) return fc.oneof(more, many, strange);
  const at = fc.nat({ max: list.length - 1 });
  const inside = at.chain((index) => broken(list[index]).map((other) => list.with(index, other)));
  return fc.oneof(
    inside,
    more,
    many,
    at.map((index) => list.toSpliced(index, 1)),
    strange,
  );
}

function brokenObject(object: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const own = Object.keys(object);
  const added = fc.tuple(fc.constantFrom(...keys), strange).map(([key, value]) => withKey(object, key, value));
  if (own.length === 0) return fc.oneof(added, strange);
  const key = fc.constantFrom(...own);
  const inside = key.chain((name) => broken(object[name]).map((other) => withKey(object, name, other)));
  const without = key.map((name) => Object.fromEntries(Object.entries(object).filter(([each]) => each !== name)));
  return fc.oneof(
    { weight: 4, arbitrary: inside },
    { weight: 2, arbitrary: without },
    { weight: 2, arbitrary: added },
    strange,
  );
}

/** Also where the key is `__proto__`, which an assignment would take for something else. */
function withKey(object: Readonly<Record<string, unknown>>, key: string, value: unknown): object {
  return Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Bodies that are no JSON, or JSON that nobody sends. */
export const hostileBodies: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '{"a":',
    '[1,]',
    'null',
    'NaN',
    '1e999',
    '{"a":1e999}',
    '{"a":1,"a":2}',
    '"\\ud800"',
    '\u0000',
  ),
  fc.constantFrom(
    '\ufeff{}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    "{'a':1}",
    '{"a":01}',
    '[]',
    '0',
  ),
  fc.constantFrom(
    deep(20_000, '[', ']'),
    `${'{"a":'.repeat(31)}1${'}'.repeat(31)}`,
    deep(33, '[', ']'),
    deep(8000, '{"a":', '}'),
  ),
  fc.constantFrom(`"${'x'.repeat(70_000)}"`, ' '.repeat(2_000_000), `{"value":${'9'.repeat(5000)}}`),
  fc.constantFrom(Buffer.from([0xff, 0xfe, 0x7b]), Buffer.from([0xc0, 0x80]), Buffer.from([0xed, 0xa0, 0x80])),
  fc.string({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

/** What may stand between two slashes of a path, as it is sent. */
export const hostileSegments: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2F',
    'a%2Fb',
    '%5C',
    '%00',
    '%',
    '%zz',
    '%ff',
    '%ED%A0%80',
    '%0d%0a',
    ';',
    '*',
    '~',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(199),
    'x'.repeat(201),
    'x'.repeat(9000),
    '%F0%9F%94%A7',
    '',
    '-1',
  ),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => text.isWellFormed())
    .map(encodeURIComponent),
);

/** Values of query parameters, as they are sent. */
export const hostileQueries: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '-1',
    '1e3',
    '0x10',
    'null',
    '%00',
    '%',
    '%zz',
    '%ff',
    '%20',
    'x'.repeat(9000),
    '[]',
    '{}',
    '../..',
    '%0d%0aa:b',
  ),
  fc.constantFrom(
    '999999999999999999999',
    'true',
    'TRUE',
    '1;2',
    '1,2',
    '%2B',
    '2026-13-40T00:00:00Z',
    '+275760-09-14T00:00:00Z',
  ),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => text.isWellFormed())
    .map(encodeURIComponent),
);

const long = 'y'.repeat(9000);
const headerValues: Readonly<Record<string, readonly string[]>> = {
  prefer: [
    'respond-async',
    'wait=0',
    'wait=1',
    'wait=-1',
    'wait=99999999999',
    'wait=',
    ',,,',
    'respond-async; wait=5',
    long,
  ],
  'idempotency-key': ['"a"', '"b"', '""', 'a', '"a', ';', '"\u00e9"', `"${long}"`, '?1', '1.5'],
  'request-timeout': ['1', '0.001', '0', '-1', 'NaN', '1e9', '', ' ', long],
  'lease-token': ['abc', '__proto__', long, '', '"'],
  'last-event-id': ['1', '-1', '0', 'x', '99999999999999999999', '1-1', '\u00ff', long],
  'content-type': [
    'text/plain',
    'application/json; charset=utf-16',
    'application/json;',
    'multipart/form-data',
    '',
    '/',
    'application/JSON',
    long,
  ],
  accept: ['text/plain', 'text/event-stream', '*/*;q=0', 'application/openmetrics-text', ',', long],
  traceparent: ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'ff-0-0-0', '00-x', '', long],
  tracestate: ['a=b', '=,=', long],
  'if-none-match': ['*', '"x"', 'W/"x"', ','],
  'content-encoding': ['gzip', 'identity', 'br, gzip'],
  origin: ['http://evil.example', 'null', '://'],
  cookie: ['bellcrank-7080=x', ';;=', '__proto__=1', long],
  'bellcrank-csrf-token': ['x', long],
  'x-forwarded-for': ['1.2.3.4', long],
};

/** A header, sent once or more often. */
export const hostileHeaders: fc.Arbitrary<[name: string, values: string[]]> = fc
  .constantFrom(...Object.keys(headerValues))
  .chain((name) => {
    const latin1 = fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code));
    const any = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...(headerValues[name] ?? [])) },
      fc.string({ unit: latin1, maxLength: 30 }),
    );
    const values = fc.oneof(
      { weight: 5, arbitrary: any.map((value) => [value]) },
      fc.array(any, { minLength: 2, maxLength: 3 }),
    );
    return fc.tuple(fc.constant(name), values);
  });
