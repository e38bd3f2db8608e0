import { expect, test } from 'vitest';
import { chained, genesis, type Head } from './line.ts';
import { type VerifyOptions, verifySegments } from './verify.ts';

const at = '2026-01-01T00:00:00.000Z';

/** Eight entries in three files, and their head. */
function makeLog(): { kept: Head; hashes: string[]; files: Buffer[] } {
  const hashes: string[] = [];
  let head: Head = genesis;
  const files = [3, 2, 3].map((count) => {
    const lines = Array.from({ length: count }, () => {
      const body = `"what":"setVoltage","by":"key:ci","params":{"volts":${head.seq}.5,"note":"über"}`;
      const { text, ...next } = chained(head, at, body);
      head = next;
      hashes.push(next.hash);
      return text;
    });
    return fileOf(lines);
  });
  return { kept: head, hashes, files };
}

function fileOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

function linesOf(file: Buffer | undefined): string[] {
  return String(file).split('\n').slice(0, -1);
}

function verify(files: readonly Buffer[], options: VerifyOptions = {}) {
  return verifySegments(
    files.map((bytes, index) => ({ name: `0000000${index + 1}.jsonl`, read: () => bytes })),
    options,
  );
}

test('a log that nobody touched is in order, with and without the head', () => {
  const { kept, hashes, files } = makeLog();
  expect(verify(files, { kept, expect: hashes[2] })).toEqual({
    entries: 8,
    first: { seq: 1, hash: hashes[0] },
    last: kept,
    findings: [],
    count: 0,
    notes: [],
  });
  expect(verify(files).notes).toEqual(['no head is known: entries cut off the end would not be missed']);
});

test('every byte that changes is found, and said to be in its entry', () => {
  const { kept, files } = makeLog();
  let entry = 1;
  for (const [index, file] of files.entries()) {
    for (let place = 0; place < file.length; place++) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(file);
        changed.writeUInt8(file.readUInt8(place) ^ bit, place);
        const { count, findings } = verify(files.with(index, changed), { kept });
        const where = `byte ${place} of file ${index + 1}`;
        expect(count, where).toBeGreaterThan(0);
        // Behind a changed line end two entries are one line, or the last one is none. A changed number names another.
        const isNumber = place - file.lastIndexOf(10, place - 1) <= 9;
        if (!isNumber) expect([entry, entry + 1, undefined], where).toContain(findings[0]?.seq);
      }
      if (file.readUInt8(place) === 10) entry++;
    }
  }
});

test('every entry that is removed, there twice, or has changed its place is found', () => {
  const { kept, files } = makeLog();
  for (const [index, file] of files.entries()) {
    const lines = linesOf(file);
    const check = (changed: readonly string[], what: string): void => {
      const { count } = verify(files.with(index, fileOf(changed)), { kept });
      expect(count, `file ${index + 1}: ${what}`).toBeGreaterThan(0);
    };
    check([...lines, ''], 'an empty line');
    for (const [from, line] of lines.entries()) {
      const rest = lines.toSpliced(from, 1);
      check(rest, `without line ${from + 1}`);
      for (let to = 0; to <= lines.length; to++) check(lines.toSpliced(to, 0, line), `line ${from + 1} also at ${to}`);
      for (let to = 0; to <= rest.length; to++) {
        if (to !== from) check(rest.toSpliced(to, 0, line), `line ${from + 1} at ${to}`);
      }
    }
  }
});

test('every place at which a file is cut is found', () => {
  const { kept, files } = makeLog();
  for (const [index, file] of files.entries()) {
    for (let length = 0; length < file.length; length++) {
      const { count } = verify(files.with(index, file.subarray(0, length)), { kept });
      expect(count, `file ${index + 1} cut to ${length}`).toBeGreaterThan(0);
    }
  }
});

test('what is said names the entry, and says one thing once', () => {
  const { kept, files } = makeLog();
  const said = (changed: readonly Buffer[], options: VerifyOptions = { kept }) =>
    verify(changed, options).findings.map(({ seq, text }) => `${seq ?? '-'}: ${text}`);
  const second = linesOf(files[1]);
  expect(said(files.with(1, fileOf(second.slice(1))))).toEqual(['4: entry 4 is missing before entry 5']);
  expect(said([...files.slice(0, 1), ...files.slice(2)])).toEqual(['4: entries 4 to 5 are missing before entry 6']);
  expect(said(files.with(2, fileOf(linesOf(files[2]).slice(0, 2))))).toEqual(['8: entry 8 is missing at the end']);
  expect(said(files.slice(1))).toEqual(['1: entries 1 to 3 are missing at the beginning']);
  const changed = fileOf([second[0]?.replace('key:ci', 'key:me') ?? '', second[1] ?? '']);
  expect(said(files.with(1, changed))).toEqual(['4: it is not what was written']);
  const first = linesOf(files[0]);
  const begins = [first[0]?.replace('key:ci', 'key:me') ?? '', ...first.slice(1)];
  expect(said(files.with(0, fileOf(begins)))).toEqual(['1: it is not what was written']);
  const torn = Buffer.concat([files[2] ?? Buffer.of(), Buffer.from('{"seq":9')]);
  expect(said(files.with(2, torn))).toEqual([]);
  expect(said(files.with(2, torn), {})).toEqual([
    expect.stringContaining('nothing tells whether entries were cut off'),
  ]);
});

test('a first entry that follows on another is not the first one', () => {
  const { text, ...kept } = chained({ seq: 0, hash: 'f'.repeat(64) }, at, '"what":"nothing"');
  expect(verify([fileOf([text])], { kept }).findings).toMatchObject([
    { seq: 1, text: expect.stringContaining('another') },
  ]);
});

test('a file that is missing, or has changed its place, is found', () => {
  const { kept, files } = makeLog();
  const [first, second, third] = files as [Buffer, Buffer, Buffer]; // three were made
  for (const changed of [
    [second, third],
    [first, third],
    [first, second],
    [second, first, third],
    [first, third, second],
  ]) {
    expect(verify(changed, { kept }).count).toBeGreaterThan(0);
  }
});

test('a log that was written anew is in order by itself: the head that was kept elsewhere is what finds it', () => {
  const { kept, hashes } = makeLog();
  let head: Head = genesis;
  const lines = Array.from({ length: 9 }, () => {
    const { text, ...next } = chained(head, at, '"what":"nothing"');
    head = next;
    return text;
  });
  const forged = [fileOf(lines)];
  expect(verify(forged, { kept: head }).count).toBe(0);
  const replaced = { seq: 8, text: 'it is not the one that the journal remembers' };
  expect(verify(forged, { kept }).findings).toMatchObject([replaced]);
  const unknown = { text: `no entry has the hash ${hashes[1]}` };
  expect(verify(forged, { kept: head, expect: hashes[1] }).findings).toMatchObject([unknown]);
});

test('one entry that was written anew no longer carries the next', () => {
  const { kept, hashes, files } = makeLog();
  const forged = chained({ seq: 3, hash: hashes[2] ?? '' }, at, '"what":"nothing"').text;
  expect(verify(files.with(1, fileOf(linesOf(files[1]).with(0, forged))), { kept }).findings).toEqual([
    {
      seq: 5,
      segment: '00000002.jsonl',
      line: 2,
      text: 'it does not follow on entry 4 as that stands here: one of them was replaced',
    },
  ]);
});

test('what was removed says where, and only an entry that ends there vouches for it', () => {
  const { kept, hashes, files } = makeLog();
  const anchored = (through: object): Buffer[] => {
    const body = `"what":"auditTrimmed","params":${JSON.stringify({ through })}`;
    return [...files.slice(1), fileOf([chained(kept, at, body).text])];
  };
  expect(verify(anchored({ seq: 3, hash: hashes[2] })).count).toBe(0);
  expect(verify(anchored({ seq: 3, hash: hashes[1] })).count).toBe(1);
  expect(verify(anchored({ seq: 2, hash: hashes[2] })).count).toBe(1);
});

test('a flood of findings is counted, not listed', () => {
  const { files } = makeLog();
  const { count, findings } = verify(files.with(1, Buffer.from('\n'.repeat(1000))));
  expect(count).toBeGreaterThan(1000);
  expect(findings).toHaveLength(100);
});
