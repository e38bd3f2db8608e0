import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { drivers } from '../index.ts';

/** Of the E3631A, what the manual says of its local mode (chapters 4 and 5): what it is told is refused, error 550. */
function supply({ obeys = true }: { obeys?: boolean } = {}) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const state = { isOn: true, isRemote: false };
  const heard: string[] = [];
  const answer = (line: string): string | undefined => {
    if (line === '*IDN?') return 'HEWLETT-PACKARD,E3631A,0,2.1-5.0-1.0';
    if (line === 'SYST:REM') state.isRemote = true;
    if (!state.isRemote) return undefined;
    if (line === 'OUTP OFF' && obeys) state.isOn = false;
    return line === 'OUTP?' ? String(Number(state.isOn)) : undefined;
  };
  far.onData((chunk) => {
    const line = Buffer.from(chunk).toString('latin1').trimEnd();
    heard.push(line);
    const said = answer(line);
    if (said !== undefined) void far.write(Buffer.from(`${said}\r\n`, 'latin1'));
  });
  const stopped = async () => {
    const driver = drivers.find(({ model }) => model.name === 'agilent-e3631a');
    const session = await driver?.attach(near, {}, makeContext(clock).context);
    heard.length = 0;
    const recorded = makeCall(near);
    const stopping = session?.stop?.(recorded.call as never);
    const outcome = stopping?.then(
      () => recorded.confirmed.map(({ level }) => level),
      (error: unknown) => error,
    );
    await clock.advance(5000);
    return await outcome;
  };
  return { state, heard, stopped };
}

test('a supply in local mode is told to listen, and then to stop', async () => {
  const { state, heard, stopped } = supply();
  expect(await stopped()).toEqual(['acknowledged']);
  expect(state.isOn).toBe(false);
  expect(heard[0]).toBe('OUTP OFF');
});

test('one that says that its outputs are still on has failed', async () => {
  const { stopped } = supply({ obeys: false });
  expect(await stopped()).toMatchObject({ code: 'device-failed', outcome: 'failed' });
});
