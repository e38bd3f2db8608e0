import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { FactStore } from '../store/store.ts';
import type { AuditFile } from './audit-file.ts';
import { genesis, type Head } from './line.ts';
import type { AuditEntry } from './entry.ts';

/** The fact that remembers the head, so that entries cut off the end are missed. */
export const headKey = 'audit:head';

const keepEveryMs = 1000;
const logEveryMs = 600_000;

export interface HeadKeeperParts {
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes down what was found. */
  readonly tell: (entry: AuditEntry) => void;
}

/** Keeps the head of the chain outside its files: with the facts every second, and in the service's log now and then. */
export class HeadKeeper {
  readonly #parts: HeadKeeperParts;
  #kept: Head = genesis;
  #keptAt = -Infinity;
  #logged: Head = genesis;
  #loggedAt = -Infinity;
  #factsAreThere = false;
  #compared = false;

  constructor(parts: HeadKeeperParts) {
    this.#parts = parts;
  }

  /** From now on the facts tell what the process before kept. */
  factsAreThere(): void {
    this.#factsAreThere = true;
  }

  /** Milliseconds until the head is to be kept; undefined if it is. */
  dueIn({ head }: AuditFile): number | undefined {
    if (!this.#factsAreThere || (this.#compared && head.seq === this.#kept.seq)) return undefined;
    return Math.max(0, this.#keptAt + keepEveryMs - this.#parts.clock.monotonic());
  }

  /** Compares the log with the head that was kept before, once, and then keeps the head of now. */
  async keep(file: AuditFile): Promise<void> {
    const { facts, clock, log } = this.#parts;
    if (!this.#compared) await this.#compare(file);
    const { head } = file;
    // What is remembered must be there after a power cut as well.
    await file.sync();
    this.#kept = head;
    this.#keptAt = clock.monotonic();
    facts.set(headKey, head).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'the head of the audit is not on record');
    });
    if (this.#keptAt - this.#loggedAt >= logEveryMs) this.logHead(file);
  }

  /** For whoever ships logs elsewhere: what the log was at this moment can be proved with this line. */
  logHead({ head }: AuditFile): void {
    if (head.seq === this.#logged.seq) return;
    this.#logged = head;
    this.#loggedAt = this.#parts.clock.monotonic();
    this.#parts.log.info({ seq: head.seq, hash: head.hash }, 'head of the audit');
  }

  async #compare(file: AuditFile): Promise<void> {
    const { facts, log, tell } = this.#parts;
    const kept = headOf(facts.get(headKey));
    this.#compared = true;
    if (kept === undefined || kept.seq === 0) return;
    const found = await file.hashOf(kept.seq);
    // One that was removed because of its age is not missing.
    if (found === kept.hash || (found === undefined && kept.seq <= file.head.seq)) return;
    log.error({ seq: kept.seq, hash: kept.hash }, 'entries of the audit are missing or were replaced');
    const detail = 'the journal remembers an entry that the audit does not hold; what stood at its end is missing';
    tell({ what: 'auditGap', by: 'bellcrank', from: undefined, params: kept, detail });
  }
}

/** Facts may come from another version. */
export function headOf(fact: unknown): Head | undefined {
  const { seq, hash } = Object(fact) as Partial<Head>;
  return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : undefined;
}
