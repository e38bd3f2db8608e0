import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Expression, parseExpression } from './expression.ts';
import { type Kind, kindOfSchema } from './kind.ts';

function parsed(source: string): Expression {
  const expression = parseExpression(source);
  if (!(expression instanceof Expression)) throw new Error(`${expression.detail} at ${expression.offset}`);
  return expression;
}

describe('what it reads', () => {
  test('every form, each property once', () => {
    const source =
      'self.t < 80 && self["t"] > 2 && device["door-1"].closed && device["door-1"]["is-shut"] && device.fan.rpm > 1';
    expect(parsed(source).reads).toEqual([
      { device: undefined, property: 't', offset: 0 },
      { device: 'door-1', property: 'closed', offset: 32 },
      { device: 'door-1', property: 'is-shut', offset: 59 },
      { device: 'fan', property: 'rpm', offset: 90 },
    ]);
  });

  test.each([
    ['device[self.which].closed', 0],
    ['true && device["a"]', 8],
    ['self == self', 0],
    ['[1].all(self, self > 1) && self.x == 1', 8],
    ['self.x == 1 && _0 == 2', 15],
    ['self.x.matches("(a+)+$")', 0],
    ['self.x == 1 && cel.bind(y, 1, y == 1)', 15],
    ['self.l.all(x, self.l.all(y, x == y))', 14],
    ['dyn(self.x) == 1', 0],
    ['1 < 2', 0],
    ['self.x ==', 9],
    ['self.x == "abc', 10],
    ['self.x = 1', 7],
    ['', 0],
    [`${'('.repeat(100)}self.x${')'.repeat(100)}`, expect.any(Number)],
    [`self.x == 1 ${'|| self.x == 1 '.repeat(80)}`, 1000],
  ])('%s is refused, with its place', (source, offset) => {
    const problem = parseExpression(source);
    expect(problem).not.toBeInstanceOf(Expression);
    expect(problem).toMatchObject({ offset, detail: expect.stringMatching(/./) });
  });

  test.each([
    ['1 < 2', 'reads no property, so it can never change'],
    ['guard.power', 'Unknown variable: guard'],
  ])('%s: %s', (source, detail) => {
    expect(parseExpression(source)).toEqual({ detail, offset: 0 });
  });

  test('a bound on how many', () => {
    const source = Array.from({ length: 21 }, (_, index) => `self.p${index}`).join(' && ');
    expect(parseExpression(source)).toMatchObject({ detail: 'reads more than 20 properties', offset: 230 });
  });
});

describe('numbers of JSON mix with whole and decimal ones', () => {
  test.each([
    ['self.x == 80', 80, true],
    ['self.x == 80.0', 80, true],
    ['80 == self.x', 80, true],
    ['80 == self.x', 80.5, false],
    ['self.x != 80', 80, false],
    ['self.x != 80', 81, true],
    ['self.x < 80', 79.5, true],
    ['self.x < 80', 80, false],
    ['80 >= self.x && 80.5 > self.x', 80, true],
    ['self.x + 1 > 80 && 1 + self.x > 80', 80, true],
    ['self.x - 1 == 79 && self.x * 2 == 160 && self.x / 2 == 40.0 && 160 / self.x == 2', 80, true],
    ['self.x % 2 == 0', 3, false],
    ['-self.x == -3', 3, true],
    ['self.x in [1, 80]', 80, true],
    ['self.x in [1.5, 80]', 80, true],
    ['self.x in [1.5, 80.5]', 80, false],
    ['self.x in [1, 80] && [80, 1].exists(v, v == self.x && v in [80])', 80, true],
    ['self.x > 1 / 2 && 3 % 2 == 1', 0.25, false],
    ['self.x > 1 / 2 && 3 % 2 == 1', 0.75, true],
    ['int(self.x) == 80 && int(self.x) + 1 > self.x && string(self.x) == "80"', 80, true],
  ])('%s with %d: %s', (source, value, expected) => {
    expect(parsed(source).evaluate([value])).toBe(expected);
  });

  test('also inside lists and objects', () => {
    expect(parsed('self.x.all(v, v < 3 && v >= 1) && 2 in self.x && self.x[1] == 2').evaluate([[1, 2]])).toBe(true);
    expect(parsed('self.x.deep.v == 3 && size(self.x) == 1 && size(self.x) < 1.5').evaluate([{ deep: { v: 3 } }])).toBe(
      true,
    );
  });
});

describe('what cannot be said is never true', () => {
  test.each<[string, unknown]>([
    ['self.x != "open"', 3],
    ['self.x != 3', 'open'],
    ['self.x != 3', null],
    ['self.x != 3', undefined],
    ['self.x != 3', Number.NaN],
    ['self.x < 3', Number.NEGATIVE_INFINITY],
    ['self.x', 1],
    ['self.x + 1', 1],
    ['self.x', 'true'],
    ['self.x.constructor != 1', {}],
    ['self.x.__proto__ != 1', {}],
    ['self.x.missing != 1', {}],
    ['self.x[3] != 1', [1]],
    ['self.x.v', { v: 1 }],
    ['self.x[0]', ['yes']],
    ['self.x ? 1 == 1 : 2 == 2', 'yes'],
  ])('%s with %j', (source, value) => {
    expect(parsed(source).evaluate([value])).not.toBe(true);
  });

  test('one unusable value is enough, even where the rest would decide', () => {
    const expression = parsed('self.x || self.y');
    fc.assert(
      fc.property(fc.constantFrom(null, undefined, Number.NaN, Infinity), fc.boolean(), (bad, first) => {
        expect(expression.evaluate(first ? [bad, true] : [true, bad])).not.toBe(true);
      }),
    );
  });

  test('no text makes it throw, whatever the value', () => {
    const words = fc.constantFrom('self.x', 'device["d"].y', '&&', '==', '<', '(', ')', '1', '"a"', '!', '[', ']', ',');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.jsonValue(), (source, value) => {
        const expression = parseExpression(source.join(' '));
        if (!(expression instanceof Expression)) return;
        const result = expression.evaluate(expression.reads.map(() => value));
        expect(typeof result === 'boolean' || result.detail !== '').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('kinds that change are compiled anew, and the memory of them is bounded', () => {
    const expression = parsed('self.a == self.b && self.c == self.d && self.e == self.f');
    const values = [true, 'x', 1, [1], { a: 1 }];
    for (let round = 0; round < 3; round++) {
      for (const a of values) for (const b of values) expect(expression.evaluate([a, a, b, b, a, a])).toBe(true);
    }
  });
});

describe('checked before there is a value', () => {
  const check = (source: string, ...kinds: Kind[]) => parsed(source).check(kinds);

  test('by the kinds of the properties', () => {
    expect(check('self.x < 80', 'double')).toBeUndefined();
    expect(check('self.x < 80', 'dyn')).toBeUndefined();
    expect(check('true && self.x < 80', 'string')).toEqual({
      detail: 'no such overload: string < double',
      offset: 8,
    });
    expect(check('self.x + 1', 'double')).toMatchObject({ detail: expect.stringContaining('true or false') });
    expect(check('device["door-1"].closed && self.x == zzz', 'bool', 'double')).toMatchObject({ offset: 37 });
  });

  test.each<[object, Kind]>([
    [{ type: 'integer' }, 'double'],
    [{ type: ['boolean', 'null'] }, 'bool'],
    [{ type: ['boolean', 'string'] }, 'dyn'],
    [{ enum: ['a', 'b'] }, 'string'],
    [{ enum: ['a', 1] }, 'dyn'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }, { type: 'null' }] }, 'string'],
    [{ oneOf: [{ type: 'array' }] }, 'list<dyn>'],
    [{ type: 'object' }, 'map<string, dyn>'],
    [{}, 'dyn'],
    [{ anyOf: [{}] }, 'dyn'],
  ])('the kind of %j is %s', (schema, kind) => {
    expect(kindOfSchema({ ...schema })).toBe(kind);
  });
});
