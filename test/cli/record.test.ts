import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { parseRecording } from '../../src/recording/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-record-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A running service with one device. */
async function service() {
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'psu-1', connection: 'line' }]);
  await rig.until(() => rig.device('psu-1').state === 'ready');
  const http = await httpOver(rig);
  await http.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => http.close());
  return { rig, http, url: `http://127.0.0.1:${(http.server.address() as AddressInfo).port}` }; // it listens on a port
}

/** The command line in this process; what only `serve` needs is not there. */
function bellcrank(...args: string[]) {
  const shutdown = new AbortController();
  const said = { stdout: '', stderr: '' };
  const clock = new VirtualClock();
  const missing = (): never => {
    throw new Error('not for this test');
  };
  const context: Parameters<typeof runCommandLine>[1] = {
    loadParts: missing,
    clock,
    version: '9.9.9',
    env: {},
    createLog: missing,
    shutdown: shutdown.signal,
    out: (text) => void (said.stdout += text),
    err: (text) => void (said.stderr += text),
  };
  return { code: runCommandLine(['record', ...args], context), said, interrupt: () => shutdown.abort(), clock };
}

/** The machine may be busy. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

const sent = (text: string): string[] =>
  parseRecording(text).events.flatMap((event) =>
    'bytes' in event && event.kind === 'sent' ? [Buffer.from(event.bytes).toString()] : [],
  );

test('writes what passes to the standard output until it is interrupted', async () => {
  const { rig, url } = await service();
  const { code, said, interrupt } = bellcrank('psu-1', '--url', url);
  await soon(() => expect(said.stdout).toContain('opened'));
  await rig.settled(rig.submit('psu-1', 'set', { value: 5 }));
  await soon(() => expect(said.stdout).toContain('OK'));
  interrupt();
  expect(await code).toBe(0);
  expect(said.stderr).toBe('');
  expect(sent(said.stdout)).toEqual(['SET 5\n']);
  expect(parseRecording(said.stdout).header).toMatchObject({ device: 'psu-1', driver: 'toy', simulated: true });
});

test('writes to a file, and ends after the seconds that were asked for', async () => {
  const { rig, url } = await service();
  const out = join(folder, 'psu.recording');
  const { code, said, clock } = bellcrank('psu-1', '--url', `${url}/`, '--out', out, '--seconds', '2.5');
  await soon(async () => expect(await readFile(out, 'utf8').catch(() => '')).toContain('opened'));
  expect(said.stderr).toContain(`recording psu-1 to ${out}`);
  await rig.settled(rig.submit('psu-1', 'set', { value: 6 }));
  await soon(async () => expect(await readFile(out, 'utf8')).toContain('OK'));
  await clock.advance(2499);
  await clock.advance(1);
  expect(await code).toBe(0);
  expect(sent(await readFile(out, 'utf8'))).toEqual(['SET 6\n']);
  expect(said.stdout).toBe('');
});

test('attaches the device anew if that is asked for, so that a replay can be attached', async () => {
  const { rig, url } = await service();
  const { code, said, interrupt } = bellcrank('psu-1', '--url', url, '--reconnect');
  await rig.until(() => said.stdout.includes('"ID?\\n"'));
  interrupt();
  expect(await code).toBe(0);
  const { events } = parseRecording(said.stdout);
  expect(events.flatMap((event) => (event.kind === 'wire' ? [event.what] : []))).toEqual([
    'opened',
    'closed',
    'opened',
  ]);
});

test('a device that cannot be reconnected is not recorded', async () => {
  const { http, url } = await service();
  const lease = await http.inject({ method: 'PUT', url: '/v1/devices/psu-1/lease', payload: { ttlMs: 60_000 } });
  expect(lease.statusCode).toBe(201);
  const { code, said } = bellcrank('psu-1', '--url', url, '--reconnect');
  expect(await code).toBe(10);
  expect(said.stderr).toContain('device psu-1 is leased by anonymous');
});

test('a file that is there is kept, unless it is to be overwritten', async () => {
  const { url } = await service();
  const out = join(folder, 'kept.recording');
  await writeFile(out, 'precious');
  const refused = bellcrank('psu-1', '--url', url, '--out', out);
  expect(await refused.code).toBe(1);
  expect(refused.said.stderr).toBe(`${out} is there already; choose another file, or overwrite it with --force\n`);
  expect(await readFile(out, 'utf8')).toBe('precious');
  const forced = bellcrank('psu-1', '--url', url, '--out', out, '--force');
  await soon(async () => expect(await readFile(out, 'utf8')).toMatch(/^bellcrank recording 1\n/));
  forced.interrupt();
  expect(await forced.code).toBe(0);
});

test('says when it is not whole: the service ended', async () => {
  const { http, url } = await service();
  const { code, said } = bellcrank('psu-1', '--url', url);
  await soon(() => expect(said.stdout).toContain('opened'));
  await http.close();
  expect(await code).toBe(1);
  expect(said.stderr).toContain('ended before it was interrupted');
  expect(parseRecording(said.stdout).events.at(-1)).toMatchObject({ what: 'missed' });
});

test('says which device may have been meant', async () => {
  const { url } = await service();
  const { code, said } = bellcrank('pus-1', '--url', url);
  expect(await code).toBe(7);
  expect(said.stderr).toMatch(/^there is no device "pus-1".*\nDid you mean "psu-1"\?\n$/);
});

test('says what to do when nobody is there, or somebody else', async () => {
  const silent = createServer((socket) => socket.resume().end('220 mail\r\n'));
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo; // it listens on a port
  const other = bellcrank('psu-1', '--url', `http://127.0.0.1:${port}`);
  expect(await other.code).toBe(8);
  expect(other.said.stderr).toMatch(/^http:\/\/127.0.0.1:\d+ gave no answer.*\nStart it with: .*--url.*\n$/);
  await new Promise((resolve) => silent.close(resolve));
  const nobody = bellcrank('psu-1', '--url', `http://127.0.0.1:${port}`);
  expect(await nobody.code).toBe(8);
  expect(nobody.said.stderr).toContain('ECONNREFUSED');
});

test.each([
  [['psu-1', '--url', 'psu.local'], 'http://'],
  [['psu-1', '--seconds', '0'], 'number of seconds'],
  [['psu-1', '--seconds', '9999999'], '2000000 at most'],
  [[], 'missing required argument'],
])('%j is a wrong call', async (args, what) => {
  const { code, said } = bellcrank(...args);
  expect(await code).toBe(2);
  expect(said.stderr).toContain(what);
});
