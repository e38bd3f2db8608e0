import { expect, test } from 'vitest';
import type { Opener } from '../../src/device/link.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { SerialConnection } from '../../src/transport/serial-connection.ts';
import type { Port } from '../../src/transport/serial-port.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** How a port goes. What the kernel says differs by its driver, and some say nothing. */
type Form = 'EIO' | 'ENXIO' | 'end of file' | 'only writes fail' | 'silence';

/** An open port, as far as the binding can tell; a PTY goes with EIO alone. */
class PluggedPort implements Port {
  readonly calls: string[] = [];
  readonly #line = memoryBytes('port');
  readonly #chunks: Uint8Array[] = [];
  #gone: Form | undefined;
  #reading: PromiseWithResolvers<number> | undefined;
  #into: Uint8Array = new Uint8Array();

  constructor(toy: ToyDevice) {
    toy.serve(this.#line.far);
    this.#line.near.onData((chunk) => {
      this.#chunks.push(chunk);
      this.#fill();
    });
  }

  unplug(form: Form): void {
    this.#gone = form;
    const reading = this.#reading;
    if (form === 'end of file') reading?.resolve(0);
    if (form === 'EIO' || form === 'ENXIO') reading?.reject(failure(form));
  }

  read(into: Uint8Array): Promise<number> {
    this.#into = into;
    this.#reading = Promise.withResolvers();
    this.#fill();
    return this.#reading.promise;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#gone === 'silence') return;
    if (this.#gone !== undefined) throw failure('EIO');
    await this.#line.near.write(bytes);
  }

  async flush(): Promise<void> {
    this.calls.push('flush');
  }
  async drain(): Promise<void> {
    this.calls.push('drain');
  }
  async setLines(): Promise<void> {}
  async close(discard: boolean): Promise<void> {
    this.calls.push(discard ? 'close, discarding' : 'close');
    this.#reading?.reject(new Error('the port was closed'));
  }

  #fill(): void {
    if (this.#gone !== undefined || this.#reading === undefined) return;
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return;
    this.#into.set(chunk);
    this.#reading.resolve(chunk.length);
    this.#reading = undefined;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: the port has gone`), { code });
}

function plugged() {
  const clock = new VirtualClock();
  const toy = new ToyDevice();
  const ports: PluggedPort[] = [];
  const state = { out: false };
  const line = new MemoryLine(() => {});
  const open: Opener['open'] = async (): Promise<ByteConnection> => {
    if (state.out) throw new Error('there is no serial port');
    const port = new PluggedPort(toy);
    ports.push(port);
    return new SerialConnection(port, '/dev/odd', clock);
  };
  Object.assign(line.opener, { open });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { clock });
  const ready = (): Promise<void> =>
    rig.until(() => rig.device('toy').state === 'ready' && rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, ports, state, rig, ready };
}

test.each<Form>(['EIO', 'ENXIO', 'end of file', 'only writes fail', 'silence'])(
  'a port that goes by %s: what was under way is unknown, the device is offline, and it comes back without a replay',
  async (form) => {
    const { toy, ports, state, rig, ready } = plugged();
    await ready();
    toy.mute = true;
    const flying = rig.submit('toy', 'pulse');
    const queued = rig.submit('toy', 'set', { value: 8 });
    await rig.until(() => toy.executed.length === 1);
    state.out = true;
    ports[0]?.unplug(form);
    expect(await rig.settled(flying)).toMatchObject({ outcome: 'unknown' });
    expect(await rig.settled(queued)).toMatchObject({ outcome: 'not-sent' });
    await rig.until(() => rig.device('toy').state === 'offline' || rig.device('toy').state === 'connecting');
    expect(await rig.settled(rig.submit('toy', 'pulse'))).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
    // A port that says nothing is never given up by itself: its unplugging is told when it is plugged in again.
    if (form === 'silence') ports[0]?.unplug('EIO');
    await rig.until(() => ports[0]?.calls.includes('close, discarding') === true);
    toy.mute = false;
    state.out = false;
    await ready();
    expect(ports).toHaveLength(2);
    expect(toy.executed).toEqual(['PULSE']);
  },
);

test('a port that goes again at once is tried ever more rarely, and told of once', async () => {
  const { ports, rig, ready } = plugged();
  await ready();
  const opened: number[] = [];
  for (let time = 0; time < 8; time++) {
    const count = ports.length;
    ports.at(-1)?.unplug('EIO');
    await rig.until(() => ports.length > count, 60_000);
    opened.push(rig.clock.monotonic());
    await rig.clock.advance(200);
  }
  const gaps = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
  expect(gaps.at(-1)).toBeGreaterThan(5000);
  expect(rig.logged.filter((text) => text === 'connection down; retrying')).toHaveLength(1);
  expect(rig.logged).not.toContain('connection back');
  await rig.clock.advance(6000);
  expect(rig.logged).toContain('connection back');
  // Stable now, so that the next loss is tried at once again.
  const count = ports.length;
  ports.at(-1)?.unplug('EIO');
  await rig.until(() => ports.length > count, 400);
});
