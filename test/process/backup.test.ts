import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';
import { countingSupply } from './counting-supply.ts';
import { allReady, type Service, startService } from './service.ts';
import { built } from '../support/built.ts';

interface Told {
  readonly id: string;
  readonly outcome: string;
}

/** Sends until it is told to stop, or nobody answers; each value is used once. */
class Load {
  readonly told: Told[] = [];
  #sent = 0;
  #going = true;

  async against(service: Service, clients: number): Promise<void> {
    await Promise.all(Array.from({ length: clients }, () => this.#send(service)));
  }

  stop(): void {
    this.#going = false;
  }

  async #send(service: Service): Promise<void> {
    while (this.#going) {
      const volts = ++this.#sent / 1000;
      const answer = await service.post('/v1/devices/supply/commands/set-voltage', { volts }).catch(() => undefined);
      if (answer === undefined) return;
      // What is refused before it is taken has an outcome as well, and no id.
      const { id, outcome } = answer.body;
      if (typeof id === 'string' && typeof outcome === 'string') this.told.push({ id, outcome });
    }
  }
}

const bellcrank = (...args: string[]) => run(built(), args);

async function lab() {
  const { path, settings } = await countingSupply();
  const folder = temporaryFolder();
  const config = join(folder, 'lab.yaml');
  writeFileSync(
    config,
    `connections:
  line: { serial: { path: ${path} }, simulated: true }
  spare: { simulate: { model: scpi-supply, via: memory } }
  third: { simulate: { model: scpi-supply, via: memory } }
devices:
  supply: { driver: scpi-supply, connection: line }
  latched: { driver: scpi-supply, connection: spare }
`,
  );
  const store = join(folder, 'data');
  return { settings, config, store, backup: join(folder, 'backup'), other: join(folder, 'other') };
}

test(
  'a backup under load holds all that was told before; restored, nothing is sent again',
  { timeout: 120_000 },
  async () => {
    const { settings, config, store, backup, other } = await lab();
    const before = await startService(config, { BELLCRANK_STORE__DIRECTORY: store });
    await allReady(before);
    await before.post('/v1/devices', { id: 'added', driver: 'scpi-supply', connection: 'third' });
    await before.post('/v1/devices/latched/stop', {});
    const load = new Load();
    const loading = load.against(before, 4);
    await expect.poll(() => load.told.length, { timeout: 20_000 }).toBeGreaterThan(50);
    const told = [...load.told];
    expect(await bellcrank('backup', '--dir', store, '--to', backup)).toMatchObject({ code: 0, stderr: '' });
    const afterwards = load.told.length;
    await expect.poll(() => load.told.length).toBeGreaterThan(afterwards);
    expect(await bellcrank('restore', '--from', backup, '--dir', store, '--force')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('in use by another process'),
    });
    await before.end('SIGKILL');
    await loading;

    expect(await bellcrank('restore', '--from', backup, '--dir', other)).toMatchObject({ code: 0, stderr: '' });
    const left = new Map(settings);
    const after = await startService(config, { BELLCRANK_STORE__DIRECTORY: other });
    await allReady(after);
    for (const { id, outcome } of told) expect(await after.get(`/v1/commands/${id}`)).toMatchObject({ id, outcome });
    expect(await after.get('/v1/devices/latched')).toMatchObject({ stopped: true });
    expect(await after.get('/v1/devices/added')).toMatchObject({ managedBy: 'api', state: 'ready' });
    const open = await after.get<{ items: unknown[] }>('/v1/commands?state=sent');
    expect(open.items).toEqual([]);
    expect(settings).toEqual(left);
    expect(Math.max(...settings.values())).toBe(1);
    const next = await after.post('/v1/devices/supply/commands/set-voltage', { volts: 29 });
    expect(next.body).toMatchObject({ outcome: 'succeeded' });
    await after.end('SIGTERM');

    expect(await bellcrank('audit', 'verify', '--dir', other)).toMatchObject({ code: 0, stderr: '' });
    const audit = readdirSync(join(other, 'audit')).filter((name) => name.endsWith('.jsonl'));
    const text = audit.map((name) => readFileSync(join(other, 'audit', name), 'utf8')).join('');
    expect(text).toContain('"what":"restored"');
    expect(text).toContain('"command":"set-voltage"');
  },
);

// With `DynamicUser=` nobody else could call it.
test.runIf(userInfo().uid === 0)('what root restores belongs to whose store it is', { timeout: 60_000 }, async () => {
  const { config, store, backup, other } = await lab();
  const service = await startService(config, { BELLCRANK_STORE__DIRECTORY: store });
  await service.end('SIGTERM');
  expect(await bellcrank('backup', '--dir', store, '--to', backup)).toMatchObject({ code: 0 });
  mkdirSync(other);
  chownSync(other, 4711, 4712);
  // Whose folder it is could have root give away anything.
  const roots = join(backup, 'backup.json');
  symlinkSync(roots, join(other, 'before-link'));
  for (const force of [[], ['--force']]) {
    expect(await bellcrank('restore', '--from', backup, '--dir', other, ...force)).toMatchObject({ code: 0 });
    const all = readdirSync(other, { recursive: true, encoding: 'utf8' });
    expect(all.length).toBeGreaterThan(4);
    const strangers = all.filter((name) => lstatSync(join(other, name)).uid !== 4711);
    expect(strangers).toEqual([]);
    expect(statSync(roots).uid).toBe(0);
  }
});

test('a backup is for its owner alone, and one that was changed is not restored', { timeout: 60_000 }, async () => {
  const { config, store, backup, other } = await lab();
  const service = await startService(config, { BELLCRANK_STORE__DIRECTORY: store });
  await allReady(service);
  await service.end('SIGTERM');
  const env = { BELLCRANK_STORE__DIRECTORY: store };
  const made = await run(built(), ['keys', 'create', '--name', 'ci', '--role', 'viewer', '--config', config], env);
  expect(made).toMatchObject({ code: 0 });
  expect(await bellcrank('backup', '--dir', store, '--to', backup)).toMatchObject({ code: 0 });
  expect(statSync(backup).mode & 0o777).toBe(0o700);
  expect(readdirSync(backup)).toContain('keys.json');
  for (const name of readdirSync(backup, { recursive: true, encoding: 'utf8' })) {
    expect(statSync(join(backup, name)).mode & 0o077, name).toBe(0);
  }
  expect(await bellcrank('backup', '--dir', store, '--to', backup)).toMatchObject({ code: 1 });
  const which = { code: 2, stderr: 'say which store: --config FILE or --dir DIRECTORY\n' };
  expect(await bellcrank('backup', '--to', `${backup}-2`)).toMatchObject(which);
  expect(await bellcrank('audit', 'export')).toMatchObject(which);
  const none = join(backup, 'none');
  expect(await bellcrank('backup', '--dir', store, '--to', join(none, 'x'))).toMatchObject({
    code: 1,
    stderr: `the folder ${none} does not exist; make it first, or choose another\n`,
  });
  const log = readdirSync(backup).find((name) => name.endsWith('.log')) ?? '';
  const whole = readFileSync(join(backup, log));
  const changed = Buffer.from(whole);
  changed.writeUInt8(whole.readUInt8(40) ^ 1, 40);
  writeFileSync(join(backup, log), changed);
  const refused = await bellcrank('restore', '--from', backup, '--dir', other);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${log} of the backup is not what was written`),
  });
  expect(existsSync(join(other, log))).toBe(false);
});
