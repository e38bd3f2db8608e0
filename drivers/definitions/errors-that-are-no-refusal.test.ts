import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { drivers } from '../index.ts';

interface Instrument {
  readonly driver: string;
  readonly terminators: readonly [out: string, back: string];
  readonly identity: string;
  readonly errors: string;
  readonly none: string;
  /** A property that is written, and the value. */
  readonly write: readonly [string, unknown];
}

const scpi = { terminators: ['\n', '\n'], errors: ':SYST:ERR?', none: '0,"No error"' } as const;
const hp = { terminators: ['\n', '\r\n'], errors: 'SYST:ERR?', none: '+0,"No error"' } as const;

const e3631a: Instrument = {
  ...hp,
  driver: 'agilent-e3631a',
  identity: 'HEWLETT-PACKARD,E3631A,0,2.1-5.0-1.0',
  write: ['output-enabled', true],
};
const hp34401a: Instrument = {
  ...hp,
  driver: 'hp-34401a',
  identity: 'HEWLETT-PACKARD,34401A,0,11-5-2',
  write: ['function', 'resistance'],
};
const keithley: Instrument = {
  ...scpi,
  driver: 'keithley-2000',
  identity: 'KEITHLEY INSTRUMENTS INC.,MODEL 2000,1308393,A20  /A02',
  write: ['function', 'resistance'],
};
const rigol: Instrument = {
  ...scpi,
  driver: 'rigol-dp832',
  identity: 'RIGOL TECHNOLOGIES,DP832,DP8C000000001,00.01.16',
  write: ['output-enabled-1', true],
};
const lakeshore: Instrument = {
  driver: 'lakeshore-335',
  terminators: ['\r\n', '\r\n'],
  identity: 'LSCI,MODEL335,1234567/1234567,1.0',
  errors: '*ESR?',
  none: '000',
  write: ['heater-range-1', 'low'],
};

const instruments = new Map([e3631a, hp34401a, keithley, rigol, lakeshore].map((each) => [each.driver, each]));

/** What a write comes to after which the instrument says this. */
async function outcomeOf(name: string, said: string): Promise<unknown> {
  const instrument = instruments.get(name);
  if (instrument === undefined) throw new Error('no such instrument');
  const { terminators, identity, errors, none, write } = instrument;
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const [out, back] = terminators;
  let hasError = false;
  far.onData((chunk) => {
    const message = Buffer.from(chunk).toString('latin1').replace(out, '');
    const answers: Record<string, string> = { '*IDN?': identity, [errors]: hasError ? said : none };
    if (message === errors) hasError = false;
    else if (!message.endsWith('?')) hasError = true;
    const answer = answers[message];
    if (answer !== undefined) void far.write(Buffer.from(`${answer}${back}`, 'latin1'));
  });
  const driver = drivers.find(({ model }) => model.name === name);
  const attached = driver?.attach(near, {}, makeContext(clock).context);
  await settle();
  await clock.advance(1000);
  const [property, value] = write;
  const outcome = (await attached)?.write?.[property]?.(value as never, makeCall(near).call as never).then(
    () => 'nothing',
    (error: unknown) => error,
  );
  await clock.advance(5000);
  return await outcome;
}

const hardware = '-240,"Hardware error"';

test.each([
  ['agilent-e3631a', hardware],
  ['agilent-e3631a', '513,"RS-232 parity error"'],
  ['hp-34401a', hardware],
  ['hp-34401a', '512,"RS-232 overrun error"'],
  ['keithley-2000', hardware],
  ['keithley-2000', '802,"RS-232 overrun detected"'],
  ['rigol-dp832', hardware],
  ['rigol-dp832', '-410,"Query INTERRUPTED"'],
  ['hp-34401a', '-500,"Power on"'],
  ['lakeshore-335', '128'],
])('%s: what %s says is not that nothing changed', async (name, said) => {
  expect(await outcomeOf(name, said)).toMatchObject({ code: 'device-failed', outcome: 'failed' });
});

test.each([
  ['agilent-e3631a', '-222,"Data out of range"'],
  ['agilent-e3631a', '550,"Command not allowed in local"'],
  ['hp-34401a', '550,"Command not allowed in local"'],
  ['keithley-2000', '-221,"Settings conflict"'],
  ['rigol-dp832', '-222,"Data out of range"'],
  ['lakeshore-335', '016'],
])('%s: a refusal is one: %s', async (name, said) => {
  expect(await outcomeOf(name, said)).toMatchObject({ code: 'device-refused', outcome: 'refused' });
});
