import { hash as digest } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { claimedSeq, genesis, type Head, type Link, readLink } from './line.ts';
import { listSegments, splitLines } from './segments.ts';
import type { Torn } from './tail.ts';

/** Something that is not as it was written. */
export interface Finding {
  /** The entry that it is about; undefined if nobody can say. */
  readonly seq: number | undefined;
  readonly segment: string;
  /** The line in the segment, from 1. */
  readonly line: number;
  /** A sentence for people. */
  readonly text: string;
}

export interface Verified {
  readonly entries: number;
  readonly first: Head | undefined;
  readonly last: Head | undefined;
  /** The first of what was found, and how many there are. */
  readonly findings: readonly Finding[];
  readonly count: number;
  /** What is as it should be, and worth knowing: entries that were too old, and ones that a crash interrupted. */
  readonly notes: readonly string[];
}

export interface VerifyOptions {
  /** What the journal remembers of the head. Read it before the log, which may grow. */
  readonly kept?: Head | undefined;
  /** The hash of an entry that somebody noted elsewhere. */
  readonly expect?: string | undefined;
}

const maxFindings = 100;

/** Reads the whole log and tells all that is not as it was written. Synchronous; changes nothing. */
export function verifyAudit(directory: string, options: VerifyOptions = {}): Verified {
  const segments = listSegments(directory).map(({ name, path }) => ({ name, read: () => readFileSync(path) }));
  return verifySegments(segments, options);
}

/** The same for segments that are at hand, oldest first; each is read when it is its turn. */
export function verifySegments(
  segments: readonly { readonly name: string; read(): Buffer }[],
  options: VerifyOptions,
): Verified {
  const verifier = new Verifier(options);
  for (const segment of segments) verifier.segment(segment.name, segment.read());
  return verifier.end();
}

class Verifier {
  readonly #options: VerifyOptions;
  readonly #findings: Finding[] = [];
  readonly #notes: string[] = [];
  readonly #anchors = new Map<string, string>();
  #count = 0;
  #entries = 0;
  #begun = false;
  /** Where the log begins, if that is as it was written. */
  #first: Link | undefined;
  #last: Head | undefined;
  /** What the next entry is to follow on; its hash is unknown behind an entry that was changed. */
  #expected: { readonly seq: number; readonly hash: string | undefined } = genesis;
  #place = { segment: '', line: 0 };
  /** Ends of segments that the entries after them must account for. */
  #loose: Torn[] = [];
  #keptHash: string | undefined;
  #expectFound = false;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  segment(name: string, bytes: Buffer): void {
    const { lines, rest } = splitLines(bytes);
    for (const [index, line] of lines.entries()) {
      this.#place = { segment: name, line: index + 1 };
      const link = readLink(line);
      if (link === undefined) this.#changed(line);
      else this.#link(link);
    }
    this.#place = { segment: name, line: lines.length + 1 };
    if (rest.length > 0) this.#loose.push({ segment: name, bytes: rest.length, sha256: digest('sha256', rest, 'hex') });
  }

  end(): Verified {
    this.#end();
    return {
      entries: this.#entries,
      first: this.#first && headOf(this.#first),
      last: this.#last,
      findings: this.#findings,
      count: this.#count,
      notes: this.#notes,
    };
  }

  #link(link: Link): void {
    this.#entries++;
    this.#account(link);
    this.#follow(link);
    this.#last = headOf(link);
    if (link.seq === this.#options.kept?.seq) this.#keptHash ??= link.hash;
    if (link.hash === this.#options.expect) this.#expectFound = true;
    this.#hear(link);
  }

  /** Whether it stands where it belongs. */
  #follow(link: Link): void {
    const { seq, prev, hash } = link;
    const expected = this.#expected;
    if (!this.#begun) {
      this.#begun = true;
      this.#first = link;
      // What an entry further on must vouch for.
      if (seq !== 1) this.#expected = { seq: seq - 1, hash: prev };
      else if (prev !== genesis.hash) this.#find(seq, 'it is the first one, and says that another came before it');
    } else if (seq <= expected.seq) {
      return this.#find(seq, `it stands after entry ${expected.seq}: it was moved, or is there twice`);
    } else if (seq > expected.seq + 1) {
      this.#find(expected.seq + 1, `${range(expected.seq + 1, seq - 1)} missing before entry ${seq}`);
    } else if (expected.hash !== undefined && prev !== expected.hash) {
      this.#find(seq, `it does not follow on entry ${expected.seq} as that stands here: one of them was replaced`);
    }
    this.#expected = { seq, hash };
  }

  #changed(line: Buffer): void {
    const claimed = claimedSeq(line);
    const next = this.#expected.seq + 1;
    this.#find(claimed ?? next, 'it is not what was written');
    if (claimed === 1) this.#begun = true;
    // If it is the one that is due, the next is to follow it, whatever its hash was.
    if (claimed === undefined || claimed === next) this.#expected = { seq: next, hash: undefined };
  }

  /** Entries that say something of the log itself. */
  #hear({ seq, at, content }: Link): void {
    const { what, params } = content;
    if (what === 'auditTrimmed') this.#anchor(seq, at, params);
    if (what === 'auditGap') {
      const { seq: lost } = Object(params) as Partial<Head>;
      this.#find(seq, `the service found when it started that entry ${String(lost)}, which it remembered, was gone`);
    }
    if (what === 'auditDamaged') this.#find(seq, 'the service found that the log had been damaged or changed');
    if (what === 'auditLost')
      this.#notes.push(`entry ${seq}: entries were left out, since the log could not be written`);
  }

  #anchor(seq: number, at: string, params: unknown): void {
    const { through } = Object(params) as { through?: Partial<Head> | null };
    if (typeof through?.seq !== 'number' || typeof through.hash !== 'string') return;
    this.#anchors.set(`${through.seq} ${through.hash}`, `entry ${seq} of ${at}`);
  }

  /** Bytes at the end of a segment are what a crash left only if the entry after them says so. */
  #account({ content }: Link): void {
    const [loose] = this.#loose;
    if (loose === undefined) return;
    const { segment, bytes, sha256 } = Object(content['params']) as Partial<Torn>;
    const isIts = segment === loose.segment && bytes === loose.bytes && sha256 === loose.sha256;
    if (content['what'] === 'auditTorn' && isIts) {
      this.#loose.shift();
      this.#notes.push(`${loose.segment} ends in ${loose.bytes} bytes of an entry that a crash interrupted`);
      return;
    }
    for (const { segment: name, bytes: length } of this.#loose.splice(0)) {
      this.#find(undefined, `${name} ends in ${length} bytes that are no entry, and no entry says why`);
    }
  }

  #end(): void {
    const { kept, expect } = this.#options;
    const last = this.#expected.seq;
    this.#beginning();
    for (const { segment, bytes } of this.#loose) {
      const text = `${segment} ends in ${bytes} bytes of an entry that a crash interrupted, or that is being written`;
      if (kept === undefined) this.#find(undefined, `${text}; nothing tells whether entries were cut off`);
      else this.#notes.push(text);
    }
    if (kept === undefined) this.#notes.push('no head is known: entries cut off the end would not be missed');
    else if (kept.seq > last) this.#find(last + 1, `${range(last + 1, kept.seq)} missing at the end`);
    else if (kept.seq >= (this.#first?.seq ?? 1) && this.#keptHash !== kept.hash) {
      this.#find(kept.seq, 'it is not the one that the journal remembers');
    }
    if (expect !== undefined && !this.#expectFound) this.#find(undefined, `no entry has the hash ${expect}`);
  }

  /** A log that does not begin with its first entry says further on what went, and what that ended with. */
  #beginning(): void {
    if (this.#first === undefined || this.#first.seq === 1) return;
    const { seq, prev } = this.#first;
    const anchor = this.#anchors.get(`${seq - 1} ${prev}`);
    if (anchor === undefined) this.#find(1, `${range(1, seq - 1)} missing at the beginning`);
    else this.#notes.push(`entries 1 to ${seq - 1} were removed because of their age or number: ${anchor} says so`);
  }

  #find(seq: number | undefined, text: string): void {
    this.#count++;
    if (this.#findings.length < maxFindings) this.#findings.push({ seq, ...this.#place, text });
  }
}

function headOf({ seq, hash }: Link): Head {
  return { seq, hash };
}

function range(from: number, to: number): string {
  return from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
}
