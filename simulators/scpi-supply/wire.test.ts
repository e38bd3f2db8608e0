import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock, settle } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { scpiSupplySimulator } from './index.ts';

/** A terminal on the simulated supply: text in, text out. */
function terminal() {
  const clock = new VirtualClock();
  const { behaviour, wire, close } = scpiSupplySimulator.create({ clock, seed: 1, options: {} });
  if (wire.shape !== 'bytes') throw new Error('the supply has a byte stream');
  const plug = () => {
    const { near, far } = memoryBytes();
    wire.serve(far);
    let heard = '';
    near.onData((chunk) => (heard += Buffer.from(chunk).toString('latin1')));
    const type = async (text: string): Promise<string> => {
      heard = '';
      await near.write(Buffer.from(text, 'latin1'));
      await settle();
      return heard;
    };
    return { near, type, heard: () => heard };
  };
  onTestFinished(close);
  return { clock, behaviour, plug, close, ...plug() };
}

const undefinedHeader = '-113,"Undefined header"\n';

test.each([
  // SCPI-1999 vol. 1 §6.2.1: the long and the short form, in any case; optional nodes may be left out.
  ['VOLT 5', { voltageSetpoint: 5 }],
  ['VOLTage 5', { voltageSetpoint: 5 }],
  ['voltage 5', { voltageSetpoint: 5 }],
  [':SOUR:VOLT:LEV:IMM:AMPL 5', { voltageSetpoint: 5 }],
  ['SOURce:VOLTage:AMPLitude 5', { voltageSetpoint: 5 }],
  ['source1:volt1 5', { voltageSetpoint: 5 }],
  ['CURR 0.25', { currentSetpoint: 0.25 }],
  ['SOUR:CURRENT:LEV 0.25', { currentSetpoint: 0.25 }],
  ['OUTP ON', { isOn: true }],
  ['OUTPut:STATe on', { isOn: true }],
  ['OUTP 1', { isOn: true }],
  ['OUTP 0.6', { isOn: true }],
  ['OUTP 0.4', { isOn: false }],
  // IEEE 488.2 §7.7.2 and §7.7.3: NRf, white space, a unit with a multiplier.
  ['VOLT\t+5.0E0', { voltageSetpoint: 5 }],
  ['VOLT .5e+1', { voltageSetpoint: 5 }],
  ['VOLT 5V', { voltageSetpoint: 5 }],
  ['VOLT 5 v', { voltageSetpoint: 5 }],
  ['VOLT 500MV', { voltageSetpoint: 0.5 }],
  ['VOLT 0.005KV', { voltageSetpoint: 5 }],
  ['CURR 250mA', { currentSetpoint: 0.25 }],
  // SCPI-1999 vol. 1 §7.2.1.2.
  ['VOLT MAX', { voltageSetpoint: 30 }],
  ['VOLT MAX;VOLT MINimum', { voltageSetpoint: 0 }],
  // Vol. 1 §6.2.4: what follows a semicolon goes on from the same node, a colon goes back to the root.
  ['SOUR:VOLT 5;CURR 2', { voltageSetpoint: 5, currentSetpoint: 2 }],
  ['SOUR:VOLT 5;:OUTP ON', { voltageSetpoint: 5, isOn: true }],
  ['SOUR:VOLT 5;*CLS;CURR 2', { voltageSetpoint: 5, currentSetpoint: 2 }],
  [' VOLT 5 ; ; CURR 2 ', { voltageSetpoint: 5, currentSetpoint: 2 }],
  ['VOLT 5\r', { voltageSetpoint: 5 }],
])('%j is understood', async (message, state) => {
  const { type, behaviour } = terminal();
  await type(`${message}\n`);
  expect(await type('SYST:ERR?\n')).toBe('0,"No error"\n');
  expect(behaviour).toMatchObject(state);
});

test.each([
  ['VOLTA 5', undefinedHeader],
  ['VOL 5', undefinedHeader],
  ['MEAS:VOLT 5', undefinedHeader],
  ['*IDN', undefinedHeader],
  ['SYST:ERR', undefinedHeader],
  ['OUTP:STAT ON;VOLT 5', undefinedHeader],
  ['VOLT2 5', '-114,"Header suffix out of range"\n'],
  ['VOLT', '-109,"Missing parameter"\n'],
  ['OUTP', '-109,"Missing parameter"\n'],
  ['VOLT 5,6', '-108,"Parameter not allowed"\n'],
  ['MEAS:VOLT? 5', '-108,"Parameter not allowed"\n'],
  ['OUTP? 1', '-108,"Parameter not allowed"\n'],
  ['VOLT? 5', '-108,"Parameter not allowed"\n'],
  ['*RST 1', '-108,"Parameter not allowed"\n'],
  ['VOLT five', '-104,"Data type error"\n'],
  ['VOLT "5"', '-104,"Data type error"\n'],
  ['OUTP MAYBE', '-104,"Data type error"\n'],
  ['VOLT 5A', '-131,"Invalid suffix"\n'],
  ['VOLT 5M', '-131,"Invalid suffix"\n'],
  ['VOLT 31', '-222,"Data out of range"\n'],
  ['VOLT 0.5MAV', '-222,"Data out of range"\n'],
  ['CURR -1', '-222,"Data out of range"\n'],
  ['VOLT& 5', '-101,"Invalid character"\n'],
  ['5', '-101,"Invalid character"\n'],
])('%j is an error, and nothing happens', async (message, error) => {
  const { type, behaviour } = terminal();
  expect(await type(`${message}\n`)).toBe('');
  expect(await type('SYST:ERR?\n')).toBe(error);
  expect(await type('SYST:ERR?\n')).toBe('0,"No error"\n');
  expect(behaviour).toMatchObject({ voltageSetpoint: 0, currentSetpoint: 1 });
});

test.each([
  ['*IDN?', 'BELLCRANK,SIM-SUPPLY,000001,1.0\n'],
  ['*OPC?', '1\n'],
  ['SYSTem:VERSion?', '1999.0\n'],
  ['VOLT?', '0.000000\n'],
  ['VOLT? MAX', '30.000000\n'],
  ['CURR? MIN', '0.000000\n'],
  ['OUTPut:STATe?', '0\n'],
  ['MEASure:VOLTage:DC?', '0.000000\n'],
  ['MEAS:SCAL:CURR?', '0.000000\n'],
  ['meas:pow?', '0.000000\n'],
  ['SYSTEM:ERROR:NEXT?', '0,"No error"\n'],
  ['MEAS:VOLT?;CURR?', '0.000000;0.000000\n'],
  ['VOLT 5;VOLT?;:OUTP ON;OUTP?', '5.000000;1\n'],
])('%j answers %j', async (message, answer) => {
  expect(await terminal().type(`${message}\n`)).toBe(answer);
});

test('a command error ends its message, an execution error only its unit', async () => {
  const { type, behaviour } = terminal();
  expect(await type('OUTP?;NONSENSE;VOLT 5;OUTP?\n')).toBe('0\n');
  expect(behaviour.voltageSetpoint).toBe(0);
  expect(await type('VOLT 31;VOLT 5;OUTP?\n')).toBe('0\n');
  expect(behaviour.voltageSetpoint).toBe(5);
});

test('*CLS empties the error queue and *RST goes back to power-on', async () => {
  const { type, behaviour } = terminal();
  await type('VOLT 5;:OUTP ON;:NONSENSE\n');
  expect(await type('*CLS;:SYST:ERR?\n')).toBe('0,"No error"\n');
  await type('*RST\n');
  expect(behaviour).toMatchObject({ voltageSetpoint: 0, currentSetpoint: 1, isOn: false });
});

test('messages come in any chunks', async () => {
  const { type } = terminal();
  expect(await type('VOLT 5\nVOLT?\nCURR?\nOUT')).toBe('5.000000\n1.000000\n');
  expect(await type('P?')).toBe('');
  expect(await type('\n')).toBe('0\n');
});

test('a message longer than the input buffer is an overrun, and the next one is not', async () => {
  const { type, behaviour } = terminal();
  await type(`VOLT 5;${' '.repeat(600)}`);
  await type(`${' '.repeat(600)}\n`);
  expect(await type('SYST:ERR?\n')).toBe('-363,"Input buffer overrun"\n');
  expect(behaviour.voltageSetpoint).toBe(0);
});

test('muted it obeys and says nothing', async () => {
  const { type, behaviour } = terminal();
  behaviour.mute();
  expect(await type('VOLT 5\nVOLT?\n')).toBe('');
  behaviour.unmute();
  expect(await type('VOLT?\n')).toBe('5.000000\n');
});

test('delayed replies come late, and none overtakes another', async () => {
  const { type, behaviour, clock, heard } = terminal();
  behaviour.delayReplies(30);
  await type('OUTP?\n');
  behaviour.delayReplies(0);
  expect(await type('VOLT?\n')).toBe('');
  await clock.advance(29);
  expect(heard()).toBe('');
  await clock.advance(1);
  expect(heard()).toBe('0\n0.000000\n');
});

test('a lost connection takes its late replies with it, and the state stays', async () => {
  const { type, near, behaviour, clock, plug } = terminal();
  await type('VOLT 5\n');
  behaviour.delayReplies(30);
  await type('VOLT?\n');
  await near.close();
  await settle();
  expect(clock.pendingTimers).toBe(0);
  behaviour.delayReplies(0);
  expect(await plug().type('VOLT?\n')).toBe('5.000000\n');
});

test('closed it neither hears nor answers', async () => {
  const { type, behaviour, clock, close } = terminal();
  behaviour.delayReplies(30);
  await type('VOLT?\n');
  close();
  await type('VOLT 5\n');
  expect(clock.pendingTimers).toBe(0);
  expect(behaviour.voltageSetpoint).toBe(0);
});
