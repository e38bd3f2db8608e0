import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BellcrankError } from '../../../src/driver/index.ts';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput, ExchangeInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };

type Line = NonNullable<DefinitionInput['line']>;

const lines: Readonly<Record<string, Line>> = {
  terminated: {},
  silent: { inTerminator: '' },
  echoing: { echo: true },
  prompting: { prompt: '>' },
  'echoing and prompting': { echo: true, prompt: '>' },
  'prompting alone': { prompt: '>', inTerminator: '' },
};

function device(line: Line, go: ExchangeInput): DefinitionInput {
  return {
    line,
    errors: [{ match: 'E{code:%d}' }],
    unsolicited: [{ match: '!{value:%d}' }],
    properties: { value: { schema: number, read: { send: 'V?', expect: '{value:%d}' } } },
    commands: { go: { ...go, result: { n: number } } },
  };
}

/** Bytes that lead into every branch: the characters that mean something, and some that do not. */
const noise = fc.string({ unit: fc.constantFrom(...Array.from('OK=E!>15G\n\r x\u00ff')), maxLength: 40 });

/** How a stream falls into chunks, and how long it pauses between them. */
const pieces = fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), pauseMs: fc.constantFrom(0, 0, 10, 60) }), {
  minLength: 1,
  maxLength: 12,
});

async function answering(input: DefinitionInput, said: string, cuts: readonly { size: number; pauseMs: number }[]) {
  const bench = definedDevice(input);
  const { command } = await bench.attached();
  const recorded = bench.call();
  const ended = command('go', {}, recorded.call).catch((error: unknown) => error);
  await bench.clock.advance(0);
  let at = 0;
  for (let piece = 0; at < said.length; piece++) {
    const { size, pauseMs } = cuts[piece % cuts.length] ?? { size: 1, pauseMs: 0 };
    await bench.device.say(said.slice(at, at + size));
    await bench.clock.advance(pauseMs);
    at += size;
  }
  const end = await bench.settled(ended);
  return { end, confirmed: recorded.confirmed, bench };
}

test.each(Object.entries(lines))(
  'on a %s line nonsense ends in an error of ours, and never in success',
  async (_, line) => {
    const input = device(line, { send: 'GO', expect: 'ANSWER {n:%d}' });
    await fc.assert(
      fc.asyncProperty(noise, pieces, async (said, cuts) => {
        const { end, confirmed, bench } = await answering(input, said, cuts);
        expect(end).toBeInstanceOf(BellcrankError);
        expect(end).toMatchObject({ code: expect.stringMatching(/^device-(timeout|protocol|refused)$/) });
        expect(confirmed).toEqual([]);
        expect(bench.clock.monotonic()).toBeLessThan(10_000);
        // What came after the reply ends with the silence after it.
        await bench.clock.advance(100);
        expect(bench.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 60 },
    );
  },
);

test.each(Object.entries(lines))('on a %s line a reply is the same however it is cut', async (_, line) => {
  const input = device(line, { send: 'GO', expect: 'OK={n:%d}' });
  const echo = line.echo === true ? 'GO\n' : '';
  const end = (line.inTerminator === '' ? '' : '\n') + (line.prompt ?? '');
  const quick = pieces.map((cuts) => cuts.map(({ size, pauseMs }) => ({ size, pauseMs: Math.min(pauseMs, 10) })));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 99_999 }), quick, async (n, cuts) => {
      const { end: result, bench } = await answering(input, `${echo}OK=${n}${end}`, cuts);
      expect(result).toEqual({ n });
      expect(bench.told.unmatched).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('a reply cut in two at any byte, with a pause, is the same', async () => {
  const input = device({ echo: true, prompt: '>' }, { send: 'GO', expect: ['OK', 'N={n:%d}'] });
  const said = 'GO\n!1\nOK\n!2\nN=42\n>';
  for (let at = 1; at < said.length; at++) {
    const { end, bench } = await answering(input, said, [
      { size: at, pauseMs: 40 },
      { size: said.length, pauseMs: 0 },
    ]);
    expect(end, `cut at ${at}`).toEqual({ n: 42 });
    expect(bench.told.unmatched).toEqual([]);
  }
});
