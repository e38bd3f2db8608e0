import { expect, onTestFinished, test } from 'vitest';
import type { AnySession } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { scpiSupply } from './driver.ts';

const identity = 'ACME,PS-1,0,1.0';

/** A device that is a table of answers; a function or a list gives one after the other, the last one for ever. */
type Answers = Readonly<Record<string, string | string[]>>;

const healthy: Answers = { '*IDN?': identity, 'SYST:ERR?': '0,"No error"', 'OUTP?': '0' };

function supply(answers: Answers = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('bench');
  const table = new Map(Object.entries({ ...healthy, ...answers }).map(([line, said]) => [line, [said].flat()]));
  const heard: string[] = [];
  const say = (text: string): Promise<void> => far.write(Buffer.from(`${text}\n`, 'latin1'));
  far.onData((chunk) => {
    const line = Buffer.from(chunk).toString('latin1').trimEnd();
    heard.push(line);
    const said = table.get(line);
    const answer = said !== undefined && said.length > 1 ? said.shift() : said?.[0];
    if (answer !== undefined && answer !== '') void say(answer);
  });
  const told = makeContext(clock);
  onTestFinished(() => near.close());
  const attach = (options: object = {}): Promise<AnySession> => scpiSupply.attach(near, options, told.context);
  const answer = (line: string, ...said: string[]): void => void table.set(line, said);
  return { clock, near, far, told, heard, say, answer, attach, call: () => makeCall(near) };
}

/** The contract erases params and calls to `never`. */
async function setVoltage(session: AnySession, call: unknown, volts = 5): Promise<unknown> {
  return await session.commands['set-voltage']?.({ volts } as never, call as never);
}

async function read(session: AnySession, name: string, call: unknown): Promise<unknown> {
  return await session.read?.[name]?.(call as never);
}

test('attach asks who it is and empties the error queue, and sends nothing else', async () => {
  const { attach, heard, told } = supply({ 'SYST:ERR?': ['-310,"System error"', '5,"Fan"', '0,"No error"'] });
  await attach();
  expect(heard).toEqual(['*IDN?', 'SYST:ERR?', 'SYST:ERR?', 'SYST:ERR?']);
  expect(told.events.map(({ data }) => data)).toEqual([
    { code: -310, text: 'System error' },
    { code: 5, text: 'Fan' },
  ]);
});

test('attach refuses another device, and what is no identity', async () => {
  await expect(supply().attach({ identity: 'ACME,PS-2' })).rejects.toMatchObject({ code: 'identity-mismatch' });
  await expect(supply({ '*IDN?': 'ready' }).attach()).rejects.toMatchObject({ code: 'device-protocol' });
});

test('an attach that fails stops listening', async () => {
  const { attach, say, told } = supply();
  await expect(attach({ identity: 'OTHER' })).rejects.toMatchObject({ code: 'identity-mismatch' });
  await say('anything');
  expect(told.unmatched).toEqual([]);
});

test('an error queue that never empties is given up', async () => {
  const { attach, heard } = supply({ 'SYST:ERR?': '-310,"System error"' });
  await expect(attach({ drainLimit: 4 })).rejects.toMatchObject({ code: 'device-protocol' });
  expect(heard).toHaveLength(6);
});

test('attach gives up on a silent line after the reply timeout', async () => {
  const { attach, clock } = supply({ '*IDN?': '' });
  const attached = expect(attach({ replyTimeoutMs: 200 })).rejects.toMatchObject({ code: 'device-timeout' });
  await clock.advance(200);
  await attached;
});

test('a setting is sent between two looks at the error queue, the last of which is its evidence', async () => {
  const { attach, heard, call } = supply({ 'SYST:ERR?': '+0,"No error"\r', '*IDN?': `${identity}\r` });
  const session = await attach();
  heard.length = 0;
  const recorded = call();
  await expect(setVoltage(session, recorded.call)).resolves.toEqual({});
  expect(heard).toEqual(['SYST:ERR?', 'VOLT 5.0', 'SYST:ERR?']);
  const evidence = { sent: 'VOLT 5.0', reply: '+0,"No error"' };
  expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence }]);
});

test('a dry run captures the questions before and after the command, which may be more', async () => {
  const { attach, near, heard } = supply();
  const session = await attach();
  heard.length = 0;
  const recorded = makeCall(near, { dryRun: true });
  await expect(setVoltage(session, recorded.call, 12.5)).rejects.toMatchObject({ complete: false });
  expect(recorded.sent).toEqual(['SYST:ERR?\n', 'VOLT 12.5\n', 'SYST:ERR?\n']);
  expect(heard).toEqual([]);
});

test('after a refusal the rest of the queue is read and reported', async () => {
  const { attach, answer, call, told } = supply();
  const session = await attach();
  answer('SYST:ERR?', '0,"No error"', '-222,"Data out of range"', '7,"Fan"', '0,"No error"');
  await expect(setVoltage(session, call().call)).rejects.toMatchObject({
    code: 'device-refused',
    outcome: 'refused',
    device: { code: '-222', text: 'Data out of range' },
  });
  expect(told.events.map(({ data }) => data)).toEqual([{ code: 7, text: 'Fan' }]);
});

test('a refusal stands even if the rest of the queue cannot be read', async () => {
  const { attach, answer, call, clock } = supply();
  const session = await attach();
  answer('SYST:ERR?', '0,"No error"', '-222,"Data out of range"', '');
  const ended = expect(setVoltage(session, call().call)).rejects.toMatchObject({ outcome: 'refused' });
  await clock.advance(500);
  await ended;
});

test('a query error tells nothing of what was done', async () => {
  const { attach, answer, call, clock } = supply();
  const session = await attach();
  answer('SYST:ERR?', '0,"No error"', '-410,"Query INTERRUPTED"', '0,"No error"');
  const ended = setVoltage(session, call().call);
  const rejected = expect(ended).rejects.toMatchObject({ code: 'device-protocol', outcome: undefined });
  await clock.advance(1000);
  await rejected;
});

test('nothing is sent when the error queue cannot be read first', async () => {
  const { attach, answer, call, clock, heard } = supply();
  const session = await attach();
  answer('SYST:ERR?', '');
  const ended = expect(setVoltage(session, call().call)).rejects.toMatchObject({ code: 'device-timeout' });
  await clock.advance(500);
  await ended;
  expect(heard).not.toContain('VOLT 5.0');
});

test.each([
  ['measured-voltage', 'MEAS:VOLT?', '4.9987', 4.9987],
  ['measured-current', 'MEAS:CURR?', '+1.00000000E-03', 0.001],
  ['measured-power', 'MEAS:POW?', '25', 25],
  ['voltage-setpoint', 'VOLT?', '5.000\r', 5],
  ['current-setpoint', 'CURR?', '0.5', 0.5],
  ['output-enabled', 'OUTP?', '1', true],
])('%s is asked with %s', async (name, query, reply, value) => {
  const { attach, call, heard } = supply({ [query]: reply });
  const session = await attach();
  heard.length = 0;
  await expect(read(session, name, call().call)).resolves.toBe(value);
  expect(heard).toEqual([query]);
});

test.each(['9.91E37', '9.9E37'])('a measurement of %j is none, and the line goes on', async (reply) => {
  const { attach, call, heard } = supply({ 'MEAS:VOLT?': reply, 'MEAS:CURR?': '0.5' });
  const session = await attach();
  heard.length = 0;
  await expect(read(session, 'measured-voltage', call().call)).rejects.toMatchObject({ code: 'device-failed' });
  await expect(read(session, 'measured-current', call().call)).resolves.toBe(0.5);
  expect(heard).toEqual(['MEAS:VOLT?', 'MEAS:CURR?']);
});

test.each(['NAN', '', 'hello', '5.0V'])('a measurement of %j is no reading', async (reply) => {
  const { attach, call } = supply({ 'MEAS:VOLT?': `${reply}\r` });
  const session = await attach();
  await expect(read(session, 'measured-voltage', call().call)).rejects.toMatchObject({ code: 'device-protocol' });
});

test('stop is the first thing written', async () => {
  const { attach, call, heard } = supply({ 'SYST:ERR?': ['0,"No error"', '-310,"System error"'] });
  const session = await attach();
  heard.length = 0;
  const recorded = call();
  await session.stop?.(recorded.call as never);
  expect(heard).toEqual(['OUTP OFF', 'OUTP?']);
  expect(recorded.confirmed.map(({ level }) => level)).toEqual(['acknowledged']);
});

test('a stop that leaves the output on fails, with the reason if the supply has one', async () => {
  const { attach, call, answer } = supply({ 'OUTP?': '1' });
  const session = await attach();
  await expect(session.stop?.(call().call as never)).rejects.toMatchObject({
    code: 'device-failed',
    device: undefined,
  });
  answer('SYST:ERR?', '-203,"Command protected"');
  await expect(session.stop?.(call().call as never)).rejects.toMatchObject({
    outcome: 'failed',
    device: { code: '-203', text: 'Command protected' },
  });
});

test('a stop amid an exchange is written at once and waits out the reply that it interrupted', async () => {
  const { attach, answer, call, heard, say, clock, told } = supply();
  const session = await attach();
  answer('SYST:ERR?', '0,"No error"', '');
  const interrupted = call();
  const ended = expect(setVoltage(session, interrupted.call)).rejects.toThrow('stopped');
  await clock.advance(10);
  interrupted.abort(new Error('stopped'));
  answer('*IDN?', '');
  const recorded = call();
  const stopped = session.stop?.(recorded.call as never);
  await clock.advance(1);
  expect(heard.slice(-2)).toEqual(['OUTP OFF', '*IDN?']);
  await say('0,"No error"');
  await say(identity);
  await stopped;
  await ended;
  expect(heard.at(-1)).toBe('OUTP?');
  expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'OUTP OFF', reply: '0' } }]);
  expect(interrupted.late).toEqual([]);
  expect(told.unmatched).toHaveLength(1);
});

test('resync waits for silence, finds the identity behind stale lines and empties the error queue', async () => {
  const { attach, answer, call, clock, heard, say, told } = supply();
  const session = await attach();
  heard.length = 0;
  answer('*IDN?', '');
  answer('SYST:ERR?', '-310,"System error"', '0,"No error"');
  const resynced = session.resync?.(call().call as never);
  await clock.advance(249);
  expect(heard).toEqual([]);
  await clock.advance(1);
  expect(heard).toEqual(['*IDN?']);
  for (const line of ['5.000', '0,"No error"', '-222,"a,b,c"', identity]) await say(line);
  await resynced;
  expect(heard).toEqual(['*IDN?', 'SYST:ERR?', 'SYST:ERR?']);
  expect(told.unmatched).toHaveLength(3);
  expect(told.events).toHaveLength(1);
});

test('resync refuses another supply that took the place', async () => {
  const { attach, answer, call, clock } = supply();
  const session = await attach();
  answer('*IDN?', 'ACME,PS-1,0,2.0');
  const resynced = expect(session.resync?.(call().call as never)).rejects.toMatchObject({ code: 'identity-mismatch' });
  await clock.advance(250);
  await resynced;
});

test('resync gives up on a line that answers everything but the question', async () => {
  const { attach, answer, call, clock, say } = supply();
  const session = await attach();
  answer('*IDN?', '');
  const resynced = expect(session.resync?.(call().call as never)).rejects.toMatchObject({ code: 'device-protocol' });
  await clock.advance(250);
  for (let line = 0; line <= 32; line++) await say('5.000');
  await resynced;
});

test('a late acknowledgement resolves its command', async () => {
  const { attach, answer, call, clock, say } = supply();
  const session = await attach();
  answer('SYST:ERR?', '0,"No error"', '');
  const recorded = call();
  const ended = expect(setVoltage(session, recorded.call)).rejects.toMatchObject({ code: 'device-timeout' });
  await clock.advance(500);
  await ended;
  await say('0,"No error"');
  await clock.advance(0);
  expect(recorded.late).toEqual([{}]);
});

test('detach stops listening', async () => {
  const { attach, call, say, told } = supply();
  const session = await attach();
  await session.detach?.(call().call as never);
  await say('anything');
  expect(told.unmatched).toEqual([]);
});
