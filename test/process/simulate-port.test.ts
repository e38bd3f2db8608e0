import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { parseRecording } from '../../src/recording/index.ts';
import { needs } from '../support/needs.ts';
import { simulate, startSimulate } from '../support/simulated-process.ts';
import { findPyserial } from '../wire/pyserial.ts';
import { temporaryFolder } from '../wire/support.ts';

vi.setConfig({ testTimeout: 60_000 });

const clients = fileURLToPath(new URL('simulate-clients.py', import.meta.url));
const python = findPyserial() ?? '';
const ready = [
  needs('pyserial', 'a simulated port opened by pyserial', { find: findPyserial }),
  needs('picocom', 'a simulated port opened by picocom'),
].every(Boolean);

/** Without this right even root is kept out of a port that somebody has for himself. */
const unprivileged = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-sys_admin'] : [];

async function client(args: readonly string[], under: readonly string[] = []): Promise<string> {
  const [program = python, ...rest] = [...under, python, clients, ...args];
  const { stdout } = await promisify(execFile)(program, rest, { timeout: 40_000 });
  return stdout;
}

describe.skipIf(!ready)('a simulated port, and programs that nobody here wrote', () => {
  test('a terminal program and a script open it, one after the other', async () => {
    const cwd = temporaryFolder();
    const link = join(cwd, 'ttyGRBL');
    const running = await simulate(['grbl', '--pty', './ttyGRBL'], { cwd });
    expect(running.stdout()).toBe(`grbl: ${link} (a link to ${readlinkSync(link)}), seed 1\n`);
    expect(await client(['picocom', link])).toBe('picocom is content\n');
    expect(await client(['pyserial', link, '1'])).toBe('pyserial is content\n');
    expect(await client(['picocom', link])).toBe('picocom is content\n');
    // With other speeds and parities, and locked each time.
    expect(await client(['pyserial', link, '20'])).toBe('pyserial is content\n');
    expect(await running.end()).toMatchObject({ code: 0 });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('one that keeps others out keeps nobody out once it is gone, whether it says so or not', async () => {
    const cwd = temporaryFolder();
    const link = join(cwd, 'port');
    await simulate(['grbl', '--pty', link], { cwd, under: unprivileged });
    // Closed and opened again at once, too.
    expect(await client(['alone', link, '6', 'yes'], unprivileged)).toBe('alone is content\n');
    expect(await client(['alone', link, '4', 'no'], unprivileged)).toBe('alone is content\n');
    expect(await client(['pyserial', link, '2'], unprivileged)).toBe('pyserial is content\n');
  });

  test('what one leaves behind, settings or bytes, does not reach the device or the next one', async () => {
    const cwd = temporaryFolder();
    const link = join(cwd, 'port');
    const running = await simulate(['grbl', '--pty', link, '--trace'], { cwd });
    const said = (): number => running.stdout().length;
    expect(await client(['cooked', link])).toBe('cooked is content\n');
    // With echo left on, the device would go on talking to itself for ever.
    let before = -1;
    await expect
      .poll(
        () => {
          const settled = said() === before;
          before = said();
          return settled;
        },
        { interval: 400, timeout: 10_000 },
      )
      .toBe(true);
    // As on a UART the settings stay until somebody makes others: with echo the device would answer itself again.
    expect(await client(['pyserial', link, '1'])).toBe('pyserial is content\n');
    await client(['unread', link, '$$']);
    // A listener that sets nothing would find the answer to somebody else there.
    const listening = client(['listen', link]);
    const pts = readlinkSync(link);
    await expect.poll(() => isOpenBySomebody(pts, running.child.pid ?? 0), { timeout: 20_000 }).toBe(true);
    await client(['unread', link, '?']);
    expect(await listening).toMatch(/^<Idle/);
  });

  test('the trace is a recording', async () => {
    const cwd = temporaryFolder();
    const link = join(cwd, 'port');
    const running = await simulate(['grbl', '--pty', link, '--trace', '--seed', '5'], { cwd });
    await client(['pyserial', link, '1']);
    running.say('fault mute');
    await expect.poll(running.stdout).toContain('# mute: acted 0 times\n# seed 5\n');
    expect(await running.end('SIGINT')).toMatchObject({ code: 0 });
    const { header, events } = parseRecording(running.stdout());
    expect(header).toMatchObject({ driver: 'grbl', transport: 'serial', simulated: true });
    const passed = events.flatMap((event) =>
      'bytes' in event ? [[event.kind, Buffer.from(event.bytes).toString('latin1')]] : [],
    );
    expect(passed[0]).toEqual(['sent', '$I\n']);
    expect(passed.at(-1)).toEqual(['heard', 'ok\r\n']);
  });
});

/** Whether a process beside this one has it open. */
function isOpenBySomebody(pts: string, but: number): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== but)
    .some((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === pts);
      } catch {
        return false;
      }
    });
}

test('kill -9 leaves a link that the next run replaces; a file of somebody’s it leaves alone', async () => {
  const cwd = temporaryFolder();
  const link = join(cwd, 'tty-scpi-supply');
  const killed = await simulate(['scpi-supply'], { cwd });
  await killed.end('SIGKILL');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  const next = await simulate(['scpi-supply'], { cwd });
  expect(existsSync(link)).toBe(true);
  expect(await next.end()).toMatchObject({ code: 0 });
  expect(readdirSync(cwd)).toEqual([]);
  writeFileSync(link, 'precious');
  const refused = startSimulate(['scpi-supply'], { cwd });
  await expect.poll(() => refused.child.exitCode, { timeout: 30_000 }).toBe(2);
  expect(refused.stderr()).toBe(`${link} exists and is not a link to a PTY; choose another name\n`);
  expect(readFileSync(link, 'utf8')).toBe('precious');
});

test('it takes commands while it runs, the end of them ends nothing, and it ends within two seconds', async () => {
  const cwd = temporaryFolder();
  const running = await simulate(['nmea0183', '--speed', '10', '--fault', 'delay:ms=50,probability=0.5'], { cwd });
  running.say('faults');
  await expect.poll(running.stdout).toContain('delay {"ms":50,"probability":0.5}: acted');
  running.say('speed 2');
  await expect.poll(running.stdout).toContain('running, speed 2\n');
  running.child.stdin?.end();
  await expect.poll(() => running.child.stdin?.closed).toBe(true);
  const { code, ms } = await running.end('SIGINT');
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2000);
  const quitting = await simulate(['nmea0183'], { cwd });
  quitting.say('quit');
  await expect.poll(() => quitting.child.exitCode).toBe(0);
  expect(readdirSync(cwd)).toEqual([]);
});
