import { expect, test } from 'vitest';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { simulated } from '../../test/support/simulated-definition.ts';

const text = (steps: string): string => `
model: small
line: { outTerminator: "\\n", inTerminator: "\\n" }
commands:
  go:
    effect: actuate
    timeoutMs: 5000
    result: { got: { type: integer } }
    steps: [${steps}]
`;

const asked = "repeat: { send: 'B?', expect: 'B={state:%d}', until: { state: 3 }, everyMs: 100, withinMs: 2000 }";
const fetched = "{ send: 'G', expect: '{got:%d}' }";

test('what is waited for between two messages begins with the first of them, and ends', async () => {
  const { type, clock } = simulated(text(`{ send: 'A', expect: OK }, { ${asked} }, ${fetched}`));
  expect(await type('A\nB?\n', 0)).toBe('OK\nB=1\n');
  await clock.advance(199);
  expect(await type('B?\n', 0)).toBe('B=1\n');
  await clock.advance(1);
  expect(await type('B?\nG\nB?\n', 0)).toBe('B=3\n0\nB=3\n');
});

test('nothing goes on before anything has begun: what is only waited for is so already', async () => {
  const { type } = simulated(text(`{ ${asked} }`));
  expect(await type('B?\nB?\n')).toBe('B=3\nB=3\n');
});

test('the driver’s face takes as long, and ends', async () => {
  const { simulator, clock } = simulated(text(`{ send: 'A', expect: OK }, { ${asked} }, ${fetched}`));
  const session = await simulator.driver.attach(null, {}, makeContext(clock).context);
  const ended = session.commands['go']?.({} as never, makeCall(null).call as never);
  await clock.advance(199);
  let isOver = false;
  void ended?.then(() => (isOver = true));
  await clock.advance(0);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(await ended).toEqual({ got: 0 });
});
