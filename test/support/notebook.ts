import { bodyOf, chained, genesis } from '../../src/audit/line.ts';
import type { AuditPage, AuditQuery } from '../../src/audit/page.ts';
import type { Audit } from '../../src/audit/sink.ts';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { BellcrankError } from '../../src/errors.ts';

/** Keeps what it is told, and is in trouble when it is told to be. */
export class Notebook implements Audit {
  readonly entries: AuditEntry[] = [];
  trouble: string | undefined;

  add(entry: AuditEntry): void {
    this.entries.push(JSON.parse(JSON.stringify(entry)) as AuditEntry);
  }

  refusal(): BellcrankError | undefined {
    return this.trouble === undefined ? undefined : new BellcrankError('audit-unavailable', this.trouble);
  }

  /** The newest one alone. */
  async page({ what }: AuditQuery): Promise<AuditPage> {
    const entry = this.entries.findLast((each) => what === undefined || each.what === what);
    if (entry === undefined) return { items: [], next: undefined, damaged: 0 };
    const { text, ...head } = chained(genesis, '2026-01-01T00:00:00.000Z', bodyOf(entry));
    const content = JSON.parse(text) as Record<string, unknown>;
    return { items: [{ ...content, ...head }], next: head.seq, damaged: 0 };
  }

  async close(): Promise<void> {}

  whats(): string[] {
    return this.entries.map(({ what }) => what);
  }
}
