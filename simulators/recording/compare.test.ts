import { expect, test } from 'vitest';
import { parseRecording } from '../../src/recording/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { scpiSupplySimulator } from '../scpi-supply/index.ts';
import { tasmotaSimulator } from '../tasmota/index.ts';
import { compareRecording, replayOf } from './index.ts';

const head = 'bellcrank recording 1\n\n';
const identity = 'BELLCRANK,SIM-SUPPLY,000001,1.0\\n';

const compared = async (lines: string, settings: { toleranceMs?: number } = {}) => {
  const clock = new VirtualClock();
  const recording = parseRecording(head + lines);
  const { turns, differences } = await compareRecording(recording, scpiSupplySimulator, {
    clock,
    seed: 1,
    options: {},
    ...settings,
  });
  expect(clock.pendingTimers).toBe(0);
  return { turns, kinds: differences.map(({ kind, turn }) => `${turn?.number ?? 0} ${kind}`) };
};

test('where both answer alike there is no difference', async () => {
  const lines = `0 > "*IDN?\\n"\n5 < "${identity}"\n50 > "VOLT 2.5\\n"\n100 > "VOLT?\\n"\n101 < "2.50"\n102 < "0000\\n"\n`;
  expect(await compared(lines)).toEqual({ turns: 3, kinds: [] });
});

test.each([
  ['0 < "READY\\n"\n1 > "VOLT?\\n"\n2 < "0.000000\\n"\n', '0 silent'],
  ['0 > "NONSENSE\\n"\n5 < "?\\n"\n', '1 silent'],
  ['0 > "VOLT?\\n"\n', '1 talkative'],
  ['0 > "VOLT?\\n"\n5 < "3.300000\\n"\n', '1 values'],
  ['0 > "VOLT?\\n"\n5 < "0 V\\n"\n', '1 bytes'],
  ['0 > "VOLT?\\nCURR?\\n"\n5 < "1.000000\\n0.000000\\n"\n', '1 order'],
])('%j is told as %s', async (lines, kind) => {
  expect((await compared(lines)).kinds).toEqual([kind]);
});

test.each([
  ['RPM 263*82', 'RPM 267*D6', 'values'],
  ['RPM 99*9A', 'RPM 120*FB', 'values'],
  ['S=00FF', 'S=7F3A', 'values'],
  ['MODE AB', 'MODE CD', 'bytes'],
  ['RPM 263*82', 'RPM 263*D6 FAST', 'bytes'],
])('%s and %s: %s', async (recorded, simulated, kind) => {
  const said = (text: string) => parseRecording(`${head}0 > "A\\n"\n1 < "${text}\\r"\n`);
  const other = replayOf(said(simulated), { by: 'match', timing: 'recorded' });
  const settings = { clock: new VirtualClock(), seed: 1, options: {} };
  const { differences } = await compareRecording(said(recorded), other, settings);
  expect(differences.map((one) => one.kind)).toEqual([kind]);
});

test('answers are timed if that is asked for', async () => {
  const lines = `0 > "*IDN?\\n"\n200 < "${identity}"\n`;
  expect((await compared(lines, { toleranceMs: 200 })).kinds).toEqual([]);
  expect((await compared(lines, { toleranceMs: 199 })).kinds).toEqual(['1 timing']);
});

test('a recording is no different from itself, in bytes, order and timing', async () => {
  const recording = parseRecording(
    `${head}0 < "READY\\n"\n9 > "A\\n"\n30 < "1\\n"\n50 > "A\\n"\n90 < "2\\n"\n91 < "x"\n`,
  );
  const kind = replayOf(recording, { by: 'order', timing: 'recorded' });
  const settings = { clock: new VirtualClock(), seed: 1, options: {}, toleranceMs: 0 };
  expect(await compareRecording(recording, kind, settings)).toEqual({ turns: 2, differences: [] });
});

test('a simulator that takes longer than the device is heard out before it is asked the next', async () => {
  const quick = `${head}0 > "A\\n"\n1 < "1\\n"\n2 > "B\\n"\n3 < "2\\n"\n4 > "C\\n"\n`;
  const slow = `${head}0 > "A\\n"\n90 < "1\\n"\n100 > "B\\n"\n190 < "2\\n"\n200 > "C\\n"\n`;
  const kind = replayOf(parseRecording(slow), { by: 'match', timing: 'recorded' });
  const settings = { clock: new VirtualClock(), seed: 1, options: {} };
  expect(await compareRecording(parseRecording(quick), kind, settings)).toEqual({ turns: 3, differences: [] });
  const timed = await compareRecording(parseRecording(quick), kind, { ...settings, toleranceMs: 50 });
  expect(timed.differences.map(({ kind: each, turn }) => [each, turn?.number])).toEqual([
    ['timing', 1],
    ['timing', 2],
  ]);
});

test('of messages only the topics that were heard are compared', async () => {
  const lines = `0 < topic=tele/plug/LWT "Online" retained
10 > topic=cmnd/plug/POWER "ON"
30 < topic=stat/plug/POWER "ON"
90 > topic=cmnd/plug/POWER "OFF"
99 < topic=stat/plug/POWER "ON"
`;
  const settings = { clock: new VirtualClock(), seed: 1, options: { topic: 'plug' } };
  const { differences } = await compareRecording(parseRecording(head + lines), tasmotaSimulator, settings);
  expect(differences.map(({ kind, turn }) => [kind, turn?.number])).toEqual([['bytes', 2]]);
});

test('a recording of another shape than the simulator’s is refused', async () => {
  const recording = parseRecording(`${head}0 > "A\\n"\n`);
  const settings = { clock: new VirtualClock(), seed: 1, options: { topic: 'plug' } };
  await expect(compareRecording(recording, tasmotaSimulator, settings)).rejects.toThrow(/name another model/);
});
