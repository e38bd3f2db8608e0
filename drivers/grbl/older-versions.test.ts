import { expect, onTestFinished, test } from 'vitest';
import type { AnySession } from '../../src/driver/index.ts';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { grbl } from './driver.ts';

/** What attaching to a controller comes to that says this at its start, and this when it is asked for its status. */
async function attach(banner: string, status: string): Promise<unknown> {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const say = (text: string): void => void far.write(Buffer.from(`${text}\r\n`, 'latin1'));
  far.onData(() => void (status !== '' && say(status)));
  if (banner !== '') say(banner);
  const attached = grbl.attach(near, {}, makeContext(clock).context).catch((error: unknown) => error);
  await settle();
  await clock.advance(4000);
  return await attached;
}

const old = '<Idle,MPos:0.000,0.000,0.000,WPos:0.000,0.000,0.000>';

test.each([
  ["Grbl 0.9j ['$' for help]", old, 'Grbl 0.9j'],
  ["Grbl 0.8c ['$' for help]", '', 'Grbl 0.8c'],
  ['', old, '<Idle,MPos:'],
])('another version is told as that: %j %j', async (banner, status, told) => {
  const message = expect.stringContaining(told) as string;
  expect(await attach(banner, status)).toMatchObject({ code: 'identity-mismatch', message });
});

test('a controller that says nothing is no other version', async () => {
  expect(await attach('', '')).toMatchObject({ code: 'device-timeout' });
  expect(await attach("Grbl 1.1h ['$' for help]", '')).toMatchObject({ code: 'device-timeout' });
});

/** What its lines are answered with; `state` is what it tells when it is asked for its status. */
function controller(state: { now: string }, answers: Readonly<Record<string, string>>) {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  onTestFinished(() => near.close());
  const heard: string[] = [];
  far.onData((chunk) => {
    for (const line of Buffer.from(chunk)
      .toString('latin1')
      .split(/(?<=[\n?])/)) {
      const text = line.trim();
      heard.push(text);
      const status = `<${state.now}|MPos:0.000,0.000,0.000|FS:0,0|WCO:0.000,0.000,0.000>`;
      const said = text === '?' ? status : `${answers[text] ?? ''}ok`;
      void far.write(Buffer.from(`${said}\r\n`, 'latin1'));
    }
  });
  const ended = async <T>(promise: Promise<T>): Promise<unknown> => {
    const outcome = promise.catch((error: unknown) => error);
    await settle();
    await clock.advance(4000);
    return await outcome;
  };
  return { far, heard, near, ended, attached: ended(grbl.attach(near, {}, makeContext(clock).context)) };
}

const usual = {
  $G: '[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]\r\n',
  $$: '$13=0\r\n',
  $I: '[VER:1.1h.20190825:]\r\n[OPT:V,15,64]\r\n',
};

test('grblHAL is another one, though it says the version that it is like', async () => {
  const $I = '[VER:1.1f.20231002:]\r\n[OPT:VN,35,1024,3,0]\r\n[NEWOPT:ENUMS]\r\n[FIRMWARE:grblHAL]\r\n';
  const mismatch = { code: 'identity-mismatch', message: expect.stringContaining('grblHAL') as string };
  expect(await controller({ now: 'Idle' }, { ...usual, $I }).attached).toMatchObject(mismatch);
  const status = '<Idle|MPos:0.000,0.000,0.000|FS:0,0>';
  const said = "GrblHAL 1.1f ['$' or '$HELP' for help]";
  expect(await attach(said, status)).toMatchObject({
    code: 'identity-mismatch',
    message: expect.stringContaining('GrblHAL') as string,
  });
});

test('a controller that moves is asked what it is before its first line', async () => {
  const state = { now: 'Run' };
  const { attached, heard, near, ended } = controller(state, { ...usual, $I: '[VER:1.3a.20190825:]\r\n' });
  const session = (await attached) as AnySession;
  expect(heard).not.toContain('$I');
  state.now = 'Idle';
  const off = session.commands['spindle-off']?.({} as never, makeCall(near).call as never);
  expect(await ended(Promise.resolve(off))).toMatchObject({ code: 'identity-mismatch' });
  expect(heard).not.toContain('M5');
});

test('a controller that moved when it was attached is asked what it is when it is brought back into step', async () => {
  const state = { now: 'Run' };
  const { attached, heard, near, ended } = controller(state, { ...usual, $I: '[VER:1.3a.20190825:]\r\n' });
  const session = (await attached) as AnySession;
  state.now = 'Idle';
  const resync = session.resync?.(makeCall(near).call as never);
  expect(await ended(Promise.resolve(resync))).toMatchObject({ code: 'identity-mismatch' });
  expect(heard).toContain('$I');
});

test('a controller that was in check mode when it was attached is asked what it is once it has left that', async () => {
  const state = { now: 'Check' };
  const { attached, heard, near, ended, far } = controller(state, { ...usual, $I: '[VER:1.3a.20190825:]\r\n' });
  const session = (await attached) as AnySession;
  expect(heard).not.toContain('$I');
  state.now = 'Idle';
  void far.write(Buffer.from("\r\nGrbl 1.1h ['$' for help]\r\n", 'latin1'));
  const resync = session.resync?.(makeCall(near).call as never);
  expect(await ended(Promise.resolve(resync))).toMatchObject({ code: 'identity-mismatch' });
});

test('what starts afresh may be another controller', async () => {
  const answers = { ...usual };
  const { attached, near, ended, far } = controller({ now: 'Idle' }, answers);
  const session = (await attached) as AnySession;
  answers.$I = '[VER:1.1f.20231002:]\r\n[FIRMWARE:grblHAL]\r\n';
  void far.write(Buffer.from("\r\nGrbl 1.1f ['$' for help]\r\n", 'latin1'));
  const resync = session.resync?.(makeCall(near).call as never);
  expect(await ended(Promise.resolve(resync))).toMatchObject({ code: 'identity-mismatch' });
});
