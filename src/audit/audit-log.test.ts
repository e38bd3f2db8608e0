import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dayMs, temporaryDirectory } from '../../test/support/store.ts';
import { MemoryStore } from '../store/memory.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type AuditDisk, auditDisk } from './audit-file.ts';
import { AuditLog, type AuditSettings } from './audit-log.ts';
import { headKey, headOf } from './head-keeper.ts';
import type { AuditEntry } from './entry.ts';
import { verifyAudit } from './verify.ts';

interface Line {
  readonly level: string;
  readonly text: string;
}

/** A log of one process after the other, and what they remember between them. */
class Rig {
  readonly directory = temporaryDirectory();
  readonly clock = new VirtualClock();
  readonly facts = new MemoryStore(10).facts;
  readonly lines: Line[] = [];

  start(changes: Partial<AuditSettings> = {}): AuditLog {
    const write = (level: string) => (_fields: object, text: string) => void this.lines.push({ level, text });
    const log = {
      trace: () => {},
      debug: () => {},
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      fatal: write('fatal'),
    };
    const { directory, clock, facts } = this;
    const bounds = { keepMs: 400 * dayMs, keepBytes: 1e9 };
    return new AuditLog({
      directory,
      clock,
      facts,
      log,
      required: false,
      ...bounds,
      opened: Promise.resolve(),
      ...changes,
    });
  }

  async run(...whats: string[]): Promise<void> {
    const audit = this.start();
    for (const what of whats) audit.add(entry(what));
    await audit.close();
  }

  get segments(): string[] {
    return readdirSync(this.directory).filter((name) => name.endsWith('.jsonl'));
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  get entries(): Record<string, unknown>[] {
    const whole = this.segments.flatMap((name) => readFileSync(this.path(name), 'utf8').split('\n').slice(0, -1));
    return whole.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  verify() {
    return verifyAudit(this.directory, { kept: headOf(this.facts.get(headKey)) });
  }
}

function entry(what: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return { what, by: 'key:ci', from: '192.0.2.7', ...more };
}

/** Says no as long as it is told to, after half of what it was to write. */
class Full implements AuditDisk {
  isFull = true;

  async write(...[file, bytes, at]: Parameters<AuditDisk['write']>): Promise<void> {
    if (!this.isFull) return await auditDisk.write(file, bytes, at);
    await auditDisk.write(file, bytes.subarray(0, bytes.length >> 1), at);
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  }

  async sync(): Promise<void> {}
}

/** Holds each write until its gate is open, and counts them. */
class Slow implements AuditDisk {
  readonly gate = Promise.withResolvers<void>();
  writes = 0;

  async write(...[file, bytes, at]: Parameters<AuditDisk['write']>): Promise<void> {
    this.writes++;
    await this.gate.promise;
    await auditDisk.write(file, bytes, at);
  }

  async sync(): Promise<void> {}
}

test('entries stand in a row, say who did what from where, and the next process goes on', async () => {
  const rig = new Rig();
  await rig.run('addDevice', 'stopAll');
  await rig.run('removeDevice');
  expect(rig.entries).toMatchObject([
    {
      seq: 1,
      at: '2026-01-01T00:00:00.000Z',
      prev: '0'.repeat(64),
      what: 'addDevice',
      by: 'key:ci',
      from: '192.0.2.7',
    },
    { seq: 2, what: 'stopAll' },
    { seq: 3, what: 'removeDevice' },
  ]);
  expect(rig.segments).toEqual(['00000001.jsonl']);
  expect(rig.verify()).toMatchObject({ entries: 3, last: { seq: 3 }, count: 0, notes: [] });
});

test('what a crash left of an entry stays where it is, and is said', async () => {
  const rig = new Rig();
  await rig.run('addDevice');
  appendFileSync(rig.path('00000001.jsonl'), '{"seq":2,"at":"20');
  expect(rig.verify()).toMatchObject({ count: 0, notes: [expect.stringContaining('17 bytes')] });
  await rig.run('stopAll');
  expect(rig.segments).toEqual(['00000001.jsonl', '00000002.jsonl']);
  expect(rig.entries.slice(1)).toMatchObject([
    { seq: 2, what: 'auditTorn', by: 'bellcrank', params: { segment: '00000001.jsonl', bytes: 17 } },
    { seq: 3, what: 'stopAll' },
  ]);
  expect(rig.lines).toContainEqual({ level: 'warn', text: expect.stringContaining('interrupted an entry') });
  expect(rig.verify()).toMatchObject({ entries: 3, count: 0, notes: [expect.stringContaining('17 bytes')] });
});

test('a crash in the entry that tells of a crash is told, too', async () => {
  const rig = new Rig();
  await rig.run('addDevice');
  appendFileSync(rig.path('00000001.jsonl'), '{"seq":2');
  writeFileSync(rig.path('00000002.jsonl'), '{"seq":2,"a');
  writeFileSync(rig.path('00000003.jsonl'), '');
  await rig.run('stopAll');
  expect(rig.entries.slice(1).map(({ what }) => what)).toEqual(['auditTorn', 'auditTorn', 'stopAll']);
  expect(rig.verify()).toMatchObject({ entries: 4, count: 0 });
});

test('bytes that no entry accounts for are found', async () => {
  const rig = new Rig();
  await rig.run('addDevice');
  appendFileSync(rig.path('00000001.jsonl'), '{"seq":2');
  await rig.run('stopAll');
  appendFileSync(rig.path('00000001.jsonl'), ',');
  expect(rig.verify().findings).toMatchObject([
    { segment: '00000002.jsonl', text: expect.stringContaining('no entry says why') },
  ]);
});

test('a cut end is missed when the service starts, told, and found for ever after', async () => {
  const rig = new Rig();
  await rig.run('addDevice', 'removeDevice', 'stopAll');
  const text = readFileSync(rig.path('00000001.jsonl'), 'utf8');
  truncateSync(rig.path('00000001.jsonl'), text.indexOf('\n') + 1);
  expect(rig.verify().findings).toMatchObject([{ seq: 2, text: 'entries 2 to 3 are missing at the end' }]);
  await rig.run('addDevice', 'addDevice', 'addDevice');
  expect(rig.entries).toContainEqual(
    expect.objectContaining({ what: 'auditGap', params: expect.objectContaining({ seq: 3 }) }),
  );
  expect(rig.lines).toContainEqual({ level: 'error', text: 'entries of the audit are missing or were replaced' });
  expect(rig.verify().findings).toMatchObject([{ text: expect.stringContaining('entry 3, which it remembered') }]);
});

test('a cut end is missed also where nothing has taken its place', async () => {
  const rig = new Rig();
  await rig.run('addDevice', 'removeDevice', 'stopAll');
  const text = readFileSync(rig.path('00000001.jsonl'), 'utf8');
  truncateSync(rig.path('00000001.jsonl'), text.indexOf('\n') + 1);
  await rig.run();
  expect(rig.entries.slice(1)).toMatchObject([{ seq: 2, what: 'auditGap', params: { seq: 3 } }]);
});

test('a damaged end is left as it is, and the log goes on behind it', async () => {
  const rig = new Rig();
  await rig.run('addDevice', 'removeDevice');
  const path = rig.path('00000001.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('removeDevice', 'removeDevicf'));
  await rig.run('stopAll');
  expect(rig.entries.slice(2)).toMatchObject([{ seq: 2, what: 'auditDamaged' }, { seq: 3 }, { what: 'auditGap' }]);
  expect(rig.verify().findings.map(({ seq }) => seq)).toContain(2);
});

test('a full disk is trouble, loses nothing, and writes nothing twice', async () => {
  const rig = new Rig();
  const disk = new Full();
  const audit = rig.start({ disk, required: true });
  audit.add(entry('addDevice'));
  await rig.clock.advance(100);
  await expect.poll(() => audit.trouble).toContain('no space is left on the disk');
  expect(audit.refusal()).toMatchObject({ code: 'audit-unavailable', outcome: 'not-sent' });
  audit.add(entry('stopAll'));
  disk.isFull = false;
  await rig.clock.advance(1100);
  await expect.poll(() => audit.trouble).toBe(undefined);
  expect(audit.refusal()).toBe(undefined);
  await audit.close();
  expect(rig.entries.map(({ what }) => what)).toEqual(['addDevice', 'stopAll']);
  expect(rig.verify()).toMatchObject({ count: 0 });
});

test('what waits behind a write that failed is written at the end, also on a disk that cannot sync', async () => {
  const rig = new Rig();
  const disk = new Full();
  disk.sync = () => Promise.reject(new Error('input/output error'));
  const audit = rig.start({ disk });
  audit.add(entry('addDevice'));
  await rig.clock.advance(100);
  await expect.poll(() => audit.trouble).toContain('no space is left on the disk');
  audit.add(entry('stopAll'));
  disk.isFull = false;
  await audit.close();
  expect(rig.entries.map(({ what }) => what)).toEqual(['addDevice', 'stopAll']);
});

test('what comes while entries are written gathers for one write, and is not written turn by turn', async () => {
  const rig = new Rig();
  const after20ms = <T>(look: () => T) => expect.poll(() => rig.clock.advance(20).then(look));
  const disk = new Slow();
  const audit = rig.start({ disk });
  audit.add(entry('addDevice'));
  await after20ms(() => disk.writes).toBe(1);
  audit.add(entry('stopAll'));
  disk.gate.resolve();
  await expect.poll(() => rig.entries.length).toBe(1);
  // Time enough for a write that does not wait.
  for (let round = 0; round < 20; round++) await stat(rig.directory);
  expect(disk.writes).toBe(1);
  audit.add(entry('removeDevice'));
  await after20ms(() => rig.entries.length).toBe(3);
  expect(disk.writes).toBe(2);
  await audit.close();
});

test('trouble refuses nothing where the audit is not required', async () => {
  const rig = new Rig();
  const audit = rig.start({ disk: new Full() });
  audit.add(entry('addDevice'));
  await rig.clock.advance(100);
  await expect.poll(() => audit.trouble).toBeDefined();
  expect(audit.refusal()).toBe(undefined);
  await audit.close();
});

test('another process is kept out', async () => {
  const rig = new Rig();
  const first = rig.start();
  first.add(entry('addDevice'));
  await rig.clock.advance(100);
  await expect.poll(() => rig.entries.length).toBe(1);
  const second = rig.start();
  await rig.clock.advance(100);
  await expect.poll(() => second.trouble).toContain('in use by another process');
  await second.close();
  await first.close();
  expect(rig.verify()).toMatchObject({ entries: 1, count: 0 });
});

test('days have files of their own; what is too old goes, and the log says with which entry it now begins', async () => {
  const rig = new Rig();
  for (const what of ['first', 'second', 'third']) {
    await rig.run(what);
    await rig.clock.advance(dayMs);
  }
  expect(rig.segments).toHaveLength(3);
  const audit = rig.start({ keepMs: 1.5 * dayMs });
  audit.add(entry('fourth'));
  await audit.close();
  expect(rig.segments).toEqual(['00000002.jsonl', '00000003.jsonl', '00000004.jsonl']);
  expect(rig.entries.map(({ what }) => what)).toEqual(['second', 'third', 'fourth', 'auditTrimmed']);
  expect(rig.verify()).toMatchObject({
    count: 0,
    notes: [expect.stringMatching(/^entries 1 to 1 were removed .*entry 5/)],
  });
  rmSync(rig.path('00000002.jsonl'));
  expect(rig.verify().findings).toMatchObject([{ text: 'entries 1 to 2 are missing at the beginning' }]);
});

test('a file that was written before the time that its first entry tells was begun by then', async () => {
  const rig = new Rig();
  const began = rig.clock.now();
  const run = async (day: number, what: string): Promise<void> => {
    const audit = rig.start({ clock: new VirtualClock(began + day * dayMs), keepMs: 42 * dayMs });
    audit.add(entry(what));
    await audit.close();
  };
  await run(0, 'first');
  await run(40, 'ahead');
  const written = (began + dayMs) / 1000;
  utimesSync(rig.path('00000002.jsonl'), written, written);
  await run(45, 'last');
  expect(rig.entries.map(({ what }) => what)).toEqual(['ahead', 'last', 'auditTrimmed']);
});

test('of thousands of files only those are read that say when the oldest one ended', async () => {
  const rig = new Rig();
  for (const what of ['first', 'second', 'third', 'fourth']) {
    await rig.run(what);
    await rig.clock.advance(dayMs);
  }
  // It cannot be read.
  rmSync(rig.path('00000003.jsonl'));
  mkdirSync(rig.path('00000003.jsonl'));
  const audit = rig.start();
  audit.add(entry('fifth'));
  await audit.close();
  expect(rig.segments).toHaveLength(5);
  expect(audit.trouble).toBeUndefined();
});

test('a clock that was ahead, or behind, for a while keeps nothing too long, and ends nothing too early', async () => {
  const rig = new Rig();
  const began = rig.clock.now();
  const run = async (day: number, what: string, keepDays = 10): Promise<void> => {
    const audit = rig.start({ clock: new VirtualClock(began + day * dayMs), keepMs: keepDays * dayMs });
    audit.add(entry(what));
    await audit.close();
  };
  await run(0, 'first');
  await run(-3000, 'behind');
  await run(1, 'second');
  // It removes what is too old by it.
  await run(3000, 'ahead', 4000);
  await run(2, 'third');
  await run(11, 'kept');
  expect(rig.entries.map(({ what }) => what)).toEqual(['first', 'behind', 'second', 'ahead', 'third', 'kept']);
  await run(13, 'last');
  expect(rig.entries.map(({ what }) => what).filter((what) => what !== 'auditTrimmed')).toEqual([
    'third',
    'kept',
    'last',
  ]);
  expect(rig.verify()).toMatchObject({ count: 0 });
});

test('nothing goes before an entry that says so is written', async () => {
  const rig = new Rig();
  await rig.run('first');
  await rig.clock.advance(dayMs);
  const disk: AuditDisk = {
    ...auditDisk,
    async write(...parts) {
      if (parts[1].includes('auditTrimmed')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      await auditDisk.write(...parts);
    },
  };
  const audit = rig.start({ keepBytes: 1, disk });
  audit.add(entry('second'));
  await audit.close();
  expect(rig.segments).toEqual(['00000001.jsonl', '00000002.jsonl']);
  expect(rig.verify()).toMatchObject({ entries: 2, count: 0 });
});

test('too much of it goes, oldest first, and never the file that is written', async () => {
  const rig = new Rig();
  await rig.run('first');
  await rig.clock.advance(dayMs);
  const audit = rig.start({ keepBytes: 1 });
  audit.add(entry('second'));
  await audit.close();
  expect(rig.entries.map(({ what }) => what)).toEqual(['second', 'auditTrimmed']);
  expect(rig.verify()).toMatchObject({ count: 0 });
});

test('a file that is taken away while it is written is missed', async () => {
  const rig = new Rig();
  const audit = rig.start();
  audit.add(entry('addDevice'));
  await rig.clock.advance(2000);
  await expect.poll(() => rig.facts.get(headKey)).toMatchObject({ seq: 1 });
  rmSync(rig.path('00000001.jsonl'));
  audit.add(entry('stopAll'));
  await audit.close();
  expect(rig.entries.map(({ what }) => what)).toEqual(['auditDamaged', 'stopAll']);
  expect(rig.verify().findings.length).toBeGreaterThan(0);
});

test('more than can wait is counted and told', async () => {
  const rig = new Rig();
  const audit = rig.start();
  for (let index = 0; index < 50_010; index++) audit.add(entry('addDevice'));
  await audit.close();
  expect(rig.entries[0]).toMatchObject({ what: 'auditLost', params: { entries: 10 } });
  expect(rig.verify()).toMatchObject({ entries: 50_001, count: 0 });
});

test('what is said for people and devices cannot break a line or a terminal', async () => {
  const rig = new Rig();
  const audit = rig.start();
  audit.add(entry('setFaults', { params: 'a\n"\u001b[31m\u009b\u007f\ud800', detail: 'x'.repeat(10_000) }));
  audit.add(entry('raw', { params: { text: 'ü'.repeat(50_000) } }));
  await audit.close();
  const text = readFileSync(rig.path('00000001.jsonl'), 'utf8');
  // oxlint-disable-next-line no-control-regex -- They are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(rig.entries).toMatchObject([
    { params: 'a\n"\u001b[31m\u009b\u007f\ud800' },
    { params: { omitted: { bytes: 100_011 } } },
  ]);
  expect(text.length).toBeLessThan(2000);
  expect(rig.verify()).toMatchObject({ count: 0 });
});

test('files are for their owner alone', async () => {
  const rig = new Rig();
  await rig.run('addDevice');
  expect(statSync(rig.path('00000001.jsonl')).mode & 0o777).toBe(0o600);
});
