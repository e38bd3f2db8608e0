import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { grblSimulator } from './index.ts';

function connected(options: object = {}) {
  const clock = new VirtualClock();
  const simulator = grblSimulator.create({ clock, seed: 1, options });
  const { near, far } = memoryBytes();
  let said = '';
  near.onData((chunk) => (said += Buffer.from(chunk).toString('latin1')));
  if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  onTestFinished(() => simulator.close());
  const ask = async (text: string): Promise<string> => {
    said = '';
    await near.write(Buffer.from(text, 'latin1'));
    await settle();
    return said;
  };
  return { clock, ask, machine: simulator.behaviour, port: simulator.port, hears: () => said };
}

test('lines are answered in order, real-time commands never', async () => {
  const { ask } = connected();
  expect(await ask('\n')).toBe('ok\r\n');
  expect(await ask('g21 (inches no more) G90 ; comment\r$Q\n')).toBe('ok\r\nerror:3\r\n');
  expect(await ask('\u0090\u0085\u00ff!~')).toBe('');
  expect(await ask('$G\n')).toBe('[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]\r\nok\r\n');
});

test('a query in the middle of a line is no part of it', async () => {
  const { ask, machine } = connected();
  expect(await ask('G9?0')).toMatch(/^<Idle\|MPos:0\.000,0\.000,0\.000\|FS:0,0\|WCO:0\.000,0\.000,0\.000>\r\n$/);
  expect(await ask('\n')).toBe('ok\r\n');
  expect(machine.executed).toEqual(['G90']);
});

test('offsets come first, overrides second, and then now and then', async () => {
  const { ask, machine, clock } = connected();
  const kinds: string[] = [];
  for (let count = 0; count < 24; count++) {
    const report = await ask('?');
    kinds.push(`${report.includes('WCO') ? 'w' : ''}${report.includes('Ov') ? 'o' : ''}` || '.');
  }
  expect(kinds).toHaveLength(24);
  expect(kinds.slice(0, 3)).toEqual(['w', 'o', '.']);
  expect(kinds.filter((kind) => kind === 'w')).toHaveLength(3);
  expect(kinds.filter((kind) => kind === 'o')).toHaveLength(3);
  machine.realtime(0x91);
  expect(await ask('?')).toContain('|Ov:110,100,100>');
  await ask('G10L20P0X5\n');
  await clock.advance(20);
  expect(await ask('?')).toContain('|WCO:-5.000,0.000,0.000>');
});

test('what $10 and $13 change', async () => {
  const { ask, clock } = connected();
  for (const line of ['$10=2\n', '$13=1\n', 'G10L20P1X25.4\n']) {
    await ask(line);
    await clock.advance(20);
  }
  expect(await ask('?')).toMatch(/^<Idle\|WPos:1\.0000,0\.0000,0\.0000\|Bf:15,128\|FS:0,0\|WCO:-1\.0000/);
});

test('what does not fit into the receive buffer is lost', async () => {
  const { ask, port, machine } = connected();
  await ask('G4P1\n');
  expect(machine.isReading).toBe(false);
  await ask('x'.repeat(130));
  expect(port).toMatchObject({ fullest: 128, overflowed: 2 });
});

test('while the EEPROM is written nothing is heard', async () => {
  const { ask, clock, hears } = connected();
  expect(await ask('$1=30\n')).toBe('');
  expect(await ask('G21\n?')).toBe('');
  await clock.advance(20);
  expect(hears()).toBe('ok\r\n');
});

test('a reset drops what was received', async () => {
  const { ask, clock, hears } = connected();
  await ask('G4P5\nG1X1F100\n');
  expect(await ask('\u0018')).toBe("\r\nGrbl 1.1h ['$' for help]\r\n");
  await clock.advance(10_000);
  expect(hears()).not.toContain('ok');
});

test('a board that opening resets hears nothing until it has started', async () => {
  const { ask, clock, hears } = connected({ resetOnOpen: true, bootMs: 1000, homing: true });
  expect(await ask('?$I\n')).toBe('');
  await clock.advance(1000);
  expect(hears()).toBe("\r\nGrbl 1.1h ['$' for help]\r\n[MSG:'$H'|'$X' to unlock]\r\n");
});

test('homing tells nothing until it is over', async () => {
  const { ask, clock, hears, machine } = connected({ homing: true, homingMs: 500 });
  await ask('$H\n');
  expect(await ask('??')).toBe('');
  expect(machine.state).toBe('Home');
  await clock.advance(500);
  expect(hears()).toBe('ok\r\n');
  expect(await ask('?')).toMatch(/^<Idle\|MPos:-1\.000/);
});

test('answers can be lost, and the controller muted', async () => {
  const { ask, port } = connected();
  port.loseAnswers(1);
  expect(await ask('\n\n')).toBe('ok\r\n');
  port.mute();
  expect(await ask('?\n')).toBe('');
});
