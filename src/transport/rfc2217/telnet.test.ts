import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escaped, negotiation, subnegotiation, TelnetParser, verbs } from './telnet.ts';

function parse(...chunks: readonly Uint8Array[]): unknown[] {
  const events: unknown[] = [];
  const parser = new TelnetParser({
    data: (bytes) => events.push(['data', ...bytes]),
    verb: (verb, option) => events.push([verb, option]),
    subnegotiation: (option, bytes) => events.push(['sub', option, ...bytes]),
  });
  for (const chunk of chunks) parser.feed(chunk);
  return events;
}

const of = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

test.each([
  [of(1, 2, 3), [['data', 1, 2, 3]]],
  [of(1, 255, 255, 2), [['data', 1, 255, 2]]],
  [
    of(65, 255, 251, 44, 66),
    [
      ['data', 65],
      [251, 44],
      ['data', 66],
    ],
  ],
  [of(255, 250, 44, 101, 0, 0, 37, 128, 255, 240), [['sub', 44, 101, 0, 0, 37, 128]]],
  // A 255 in a value is doubled (RFC 2217 §2).
  [
    of(255, 250, 44, 101, 0, 255, 255, 0, 255, 240, 7),
    [
      ['sub', 44, 101, 0, 255, 0],
      ['data', 7],
    ],
  ],
  // NOP and GA are skipped.
  [of(255, 241, 65, 255, 249), [['data', 65]]],
  // A subnegotiation that is broken off by another command is dropped, and data goes on.
  [of(255, 250, 44, 1, 255, 241, 65), [['data', 65]]],
])('%j is %j', (bytes, events) => {
  expect(parse(bytes)).toEqual(events);
});

test('chunks do not matter, and every byte comes through', () => {
  const part = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 10 }).map((bytes) => ({ data: [...bytes], wire: escaped(bytes) })),
    fc
      .tuple(fc.constantFrom(...Object.values(verbs)), fc.nat(255))
      .map(([verb, option]) => ({ data: [], wire: negotiation(verb, option) })),
    fc.uint8Array({ maxLength: 10 }).map((bytes) => ({ data: [], wire: subnegotiation(44, bytes) })),
  );
  fc.assert(
    fc.property(fc.array(part), fc.nat(4), (parts, size) => {
      const wire = parts.flatMap((each) => [...each.wire]);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < wire.length; at += size + 1) chunks.push(Uint8Array.from(wire.slice(at, at + size + 1)));
      const data = parse(...chunks).flatMap((event) =>
        Array.isArray(event) && event[0] === 'data' ? event.slice(1) : [],
      );
      expect(data).toEqual(parts.flatMap((each) => each.data));
    }),
  );
});

test('a subnegotiation without an end is bounded', () => {
  const endless = of(255, 250, 44, ...Array.from({ length: 100_000 }, () => 7));
  expect(parse(endless, of(255, 240, 65))).toEqual([['data', 65]]);
});
