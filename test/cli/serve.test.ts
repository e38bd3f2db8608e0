import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHere } from './here.ts';
import { run, type Running, start } from './run.ts';

const script = 'test/cli/fixture-main.ts';
const running: Running[] = [];
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellcrank-serve-'));
  file = join(folder, 'lab.yaml');
  await writeFile(
    file,
    `server: { port: 0 }
connections: { line: { serial: { path: /dev/none } } }
devices:
  off: { driver: supply, connection: line, enabled: false }
  still: { driver: virtual }
  psu: { driver: supply, connection: line, limits: { set-voltage: { volts: { maximum: 6 } } } }
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

function serve(args: string[] = [], env: Record<string, string> = {}): Running {
  const service = start(script, ['serve', '--config', file, ...args], env);
  running.push(service);
  return service;
}

/** The URL that it prints once it is ready. */
async function ready(service: Running): Promise<string> {
  await vi.waitFor(() => expect(service.stdout()).toMatch(/curl[^]*\n\n$/), { timeout: 10_000, interval: 20 });
  return /http:\/\/[\d.]+:\d+/.exec(service.stdout())?.[0] ?? '';
}

/** Whether a thread of a process is within `open` (proc(5), `/proc/pid/task/tid/syscall`; x86-64 and arm64). */
function isOpening(pid: number | undefined): boolean {
  const tasks = `/proc/${String(pid)}/task`;
  return readdirSync(tasks).some((tid) => /^(257|56) /.test(readFileSync(join(tasks, tid, 'syscall'), 'utf8')));
}

/** Whether a process heeds SIGHUP by now, as it does when it reads its file (proc(5), `SigCgt` of `/proc/pid/status`). */
function isReading(pid: number | undefined): boolean {
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return (BigInt(`0x${caught}`) & 1n) !== 0n;
}

describe('serve', () => {
  test('says where it is and what to try, from what the file holds: no disabled device, no refused example', async () => {
    const service = serve();
    const url = await ready(service);
    expect(service.stdout()).toBe(`
Bellcrank serves ${url}
Documentation ${url}/docs
Open to everybody on this machine; a key closes it: bellcrank keys create --url ${url} --name me --role admin

Try:
  curl -s ${url}/v1/devices
  curl -s ${url}/v1/devices/psu/properties/voltage
  curl -s ${url}/v1/devices/psu/commands/set-voltage -H 'content-type: application/json' -d '{"volts":5}'

`);
    expect(await (await fetch(url)).text()).toBe('9.9.9');
  });

  test('logs JSON lines to stderr, from the level that is asked for', async () => {
    const service = serve();
    await ready(service);
    // Lines of a few milliseconds are written together.
    await vi.waitFor(() => expect(service.stderr()).toMatch(/"listening".*\n/), { timeout: 5000, interval: 5 });
    const lines = (text: string): Record<string, unknown>[] =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    // On a busy machine a device may have something to say before.
    expect(lines(service.stderr()).find(({ msg }) => msg === 'listening')).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      devices: 3,
      msg: 'listening',
    });
    const quiet = serve(['--log-level', 'warn']);
    await ready(quiet);
    quiet.child.kill('SIGTERM');
    const { stderr } = await quiet.ended;
    expect(lines(stderr).filter(({ level }) => Number(level) < 40)).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s closes it and ends with 0', async (signal) => {
    const service = serve();
    await ready(service);
    service.child.kill(signal);
    const { code, stderr } = await service.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('"closed"');
  });

  test('a second signal does not wait for what hangs', async () => {
    const service = serve([], { FIXTURE_FAULT: 'hang' });
    await ready(service);
    service.child.kill('SIGTERM');
    await vi.waitFor(() => expect(service.stderr()).toContain('"closing"'), { timeout: 5000, interval: 10 });
    const again = (): void => {
      service.child.kill('SIGTERM');
      expect(service.child.signalCode).not.toBe(null);
    };
    await vi.waitFor(again, { timeout: 5000, interval: 50 });
    expect((await service.ended).stderr).toContain('SIGTERM a second time; ending at once');
    expect(service.child.signalCode).toBe('SIGKILL');
  });

  test('a thread that hangs in a system call does not keep the process', async () => {
    const journal = await mkdtemp(join(folder, 'journal-'));
    // Opening a pipe that nobody writes to blocks, as a disk does that does not answer.
    await promisify(execFile)('mkfifo', [join(journal, '00000001.log')]);
    const service = serve([], { FIXTURE_FAULT: 'hang-thread', FIXTURE_JOURNAL: journal });
    await ready(service);
    // Seen several times in a row, it is the one that does not return.
    let seen = 0;
    const stuck = (): void => {
      seen = isOpening(service.child.pid) ? seen + 1 : 0;
      expect(seen).toBeGreaterThan(5);
    };
    await vi.waitFor(stuck, { timeout: 10_000, interval: 10 });
    service.child.kill('SIGTERM');
    expect((await service.ended).stderr).toContain('not closed after 2000 ms; ending');
    expect(service.child.signalCode).toBe('SIGKILL');
  });

  test('SIGTERM while it reads its file ends it with 0, and nothing is wrong with the file', async () => {
    const service = serve();
    await vi.waitFor(() => expect(isReading(service.child.pid)).toBe(true), { timeout: 10_000, interval: 1 });
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('problem') as string });
  });

  test('what hangs is given two seconds', async () => {
    const service = serve([], { FIXTURE_FAULT: 'hang' });
    await ready(service);
    const asked = performance.now();
    service.child.kill('SIGINT');
    const { stderr } = await service.ended;
    expect(service.child.signalCode).toBe('SIGKILL');
    expect(stderr).toContain('not closed after 2000 ms; ending');
    expect(performance.now() - asked).toBeGreaterThan(1900);
  });

  test.each([
    ['throw', 'thrown later'],
    ['reject', 'rejected later'],
  ])(
    'an error that nobody handled (%s) is logged as fatal, closes the service and ends with 1',
    async (fault, message) => {
      const { code, stderr } = await serve([], { FIXTURE_FAULT: fault }).ended;
      const lines = stderr
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as Record<string, unknown>);
      expect(code).toBe(1);
      expect(lines.find(({ level }) => level === 60)).toMatchObject({
        err: { message },
        msg: 'unhandled error; closing',
      });
      expect(lines.at(-1)).toMatchObject({ msg: 'closed' });
    },
  );

  test('goes on when nobody reads what it prints', async () => {
    const service = serve();
    service.child.stdout?.destroy();
    await vi.waitFor(() => expect(service.stderr()).toContain('"listening"'), { timeout: 10_000, interval: 20 });
    service.child.kill('SIGTERM');
    const { code, stderr } = await service.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('unhandled');
  });

  test('a port that is taken is one clear line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const result = await serve(['--port', String(port), '--log-level', 'silent']).ended;
      const text = `port ${port} is in use; choose another with --port or BELLCRANK_PORT\n`;
      expect(result).toEqual({ code: 1, stdout: '', stderr: text });
    } finally {
      other.close();
    }
  });

  test('a service that cannot be made says why', async () => {
    const { code, stderr } = await serve([], { FIXTURE_FAULT: 'create' }).ended;
    expect([code, stderr]).toEqual([1, 'the service cannot start: no app today\n']);
  });

  test('problems of the file and of what overrides it end it before anything is opened', async () => {
    const { code, stdout, stderr } = await serve(['--host', ''], { BELLCRANK_PORT: 'x' }).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^--host: server\.host: must NOT have fewer.*\nBELLCRANK_PORT: server\.port: must be integer.*\n2 problems\n$/,
    );
  });

  test('with the pool that serial ports need', async () => {
    const threads = `import '${new URL('../../src/process-flags.ts', import.meta.url).href}';
      import { readdirSync } from 'node:fs'; import { readFile } from 'node:fs/promises';
      await readFile('/proc/self/stat'); console.log(readdirSync('/proc/self/task').length);`;
    const probe = join(folder, 'threads.mjs');
    await writeFile(probe, threads);
    const count = async (env: Record<string, string>): Promise<number> => Number((await run(probe, [], env)).stdout);
    expect(await count({})).toBeGreaterThanOrEqual(64);
    expect(await count({ UV_THREADPOOL_SIZE: '4' })).toBeLessThan(64);
  });

  test('SIGUSR1 opens no debugger, however early it comes', async () => {
    // A listener keeps Node from opening one, and this one is not the first: it only tells when the signal has come.
    const debuggers = `import '${new URL('../../src/process-flags.ts', import.meta.url).href}';
      import { once } from 'node:events'; import { url } from 'node:inspector';
      const before = process.listenerCount('SIGUSR1'); const come = once(process, 'SIGUSR1');
      process.stdin.resume(); process.kill(process.pid, 'SIGUSR1'); await come;
      console.log(before, String(url())); process.exit();`;
    const probe = join(folder, 'debuggers.mjs');
    await writeFile(probe, debuggers);
    expect(await run(probe, [])).toMatchObject({ stdout: '1 undefined\n', stderr: '' });
  });
});

describe('the command line', () => {
  test('--version and --help', async () => {
    expect(await run(script, ['--version'])).toEqual({ code: 0, stdout: '9.9.9\n', stderr: '' });
    const help = await runHere(['--help']);
    expect(help.code).toBe(0);
    for (const name of ['serve', 'check', 'schema']) expect(help.stdout).toContain(`\n  ${name} `);
  });

  const wronglyUsed: readonly string[][] = [
    ['serv'],
    ['serve'],
    ['serve', '--config', 'x', '--port', '65536'],
    ['serve', '--config', 'x', '--port', 'http'],
    ['serve', '--config', 'x', '--log-level', 'loud'],
    ['check'],
    ['check', 'a', 'b'],
    ['--nonsense'],
  ];

  test('used wrongly it says how, and the process ends with 2', async () => {
    const { code, stdout, stderr } = await run(script, []);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--help|Usage/);
  });

  test.each(wronglyUsed.map((args) => [args]))('%j is used wrongly: it says how', async (args) => {
    const { code, stdout, stderr } = await runHere(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--help|Usage/);
  });
});
