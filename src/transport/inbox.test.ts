import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text));
}

class Rig {
  readonly strays: string[] = [];
  readonly inbox = new Inbox((what) => this.strays.push(what));

  listen(): { heard: string[]; stop: () => void } {
    const heard: string[] = [];
    return { heard, stop: this.inbox.listen((chunk) => heard.push(Buffer.from(chunk).toString())) };
  }
}

/** Lets microtasks run. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

test('what came before the first listener is for that one, in order with what comes next', async () => {
  const { inbox, ...rig } = Object.assign(new Rig(), {});
  inbox.deliver(bytes('a'));
  const heard: string[] = [];
  inbox.listen((chunk) => heard.push(Buffer.from(chunk).toString()));
  inbox.deliver(bytes('b'));
  expect(heard).toEqual([]);
  await turn();
  inbox.deliver(bytes('c'));
  expect(heard).toEqual(['a', 'b', 'c']);
  expect(rig.strays).toEqual([]);
});

test('what came early is bounded: the oldest goes, and that is reported', async () => {
  const rig = new Rig();
  for (let count = 0; count < 100; count++) rig.inbox.deliver(new Uint8Array(1024));
  let total = 0;
  rig.inbox.listen((chunk) => (total += chunk.length));
  await turn();
  expect(total).toBe(64 * 1024);
  expect(rig.strays).toEqual([`${36 * 1024} bytes that came before anyone listened`]);
});

test('one huge early chunk does not stay either', async () => {
  const rig = new Rig();
  rig.inbox.deliver(new Uint8Array(1_000_000));
  const { heard } = rig.listen();
  await turn();
  expect(heard).toEqual([]);
});

test('a late chunk reaches nobody: not the next listener', async () => {
  const rig = new Rig();
  rig.listen().stop();
  await turn();
  rig.inbox.deliver(bytes('late'));
  const { heard } = rig.listen();
  await turn();
  rig.inbox.deliver(bytes('next'));
  expect(heard).toEqual(['next']);
  expect(rig.strays).toEqual(['4 bytes that nobody was listening for']);
});

test('a listener that comes because of a chunk does not hear that chunk; one that goes hears no more', async () => {
  const rig = new Rig();
  const heard: string[] = [];
  const stop: (() => void)[] = [];
  rig.inbox.listen(() => {
    heard.push('first');
    for (const each of stop) each();
    rig.inbox.listen(() => heard.push('third'));
  });
  stop.push(rig.inbox.listen(() => heard.push('second')));
  await turn();
  rig.inbox.deliver(bytes('x'));
  expect(heard).toEqual(['first']);
});

test('the same function can listen twice, and each stops alone', async () => {
  const { inbox } = new Rig();
  let count = 0;
  const hear = (): void => void count++;
  const stop = inbox.listen(hear);
  inbox.listen(hear);
  await turn();
  inbox.deliver(bytes('x'));
  stop();
  inbox.deliver(bytes('y'));
  expect(count).toBe(3);
});

test('a listener that throws breaks no other', async () => {
  const rig = new Rig();
  rig.inbox.listen(() => {
    throw new Error('broken');
  });
  const { heard } = rig.listen();
  await turn();
  rig.inbox.deliver(bytes('x'));
  expect(heard).toEqual(['x']);
  expect(rig.strays).toEqual(['a listener threw: broken']);
});

test('with nobody to report to, a throw is not swallowed', async () => {
  const inbox = new Inbox();
  const thrown = new Promise((resolve) => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const listener of listeners) process.on('uncaughtException', listener);
      resolve(error);
    });
  });
  inbox.listen(() => {
    throw new Error('broken');
  });
  await turn();
  inbox.deliver(bytes('x'));
  expect(await thrown).toMatchObject({ message: 'broken' });
});
