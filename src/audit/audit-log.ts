import { type Clock, isoTime, type Timer } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { toLogError } from '../store/log/log-error.ts';
import type { FactStore } from '../store/store.ts';
import { type AuditDisk, auditDisk, AuditFile, type Batch } from './audit-file.ts';
import { HeadKeeper } from './head-keeper.ts';
import { bodyOf } from './line.ts';
import { type AuditPage, type AuditQuery, readPage } from './page.ts';
import { Queue } from './queue.ts';
import type { Tail } from './tail.ts';
import type { Audit } from './sink.ts';
import type { AuditEntry } from './entry.ts';

export interface AuditSettings {
  readonly directory: string;
  /** True: what cannot be taken down is not done. */
  readonly required: boolean;
  readonly keepMs: number;
  readonly keepBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the head is kept as well. */
  readonly facts: FactStore;
  /** Resolves when the facts are there. */
  readonly opened: Promise<unknown>;
  readonly disk?: AuditDisk;
}

/** How long entries gather, so that many are written at once. */
const gatherMs = 20;
const retryMs = 1000;

/**
 * What was done, by whom: an append-only log in which each entry holds the hash of the one before. Written in the
 * background; what cannot be written waits, and is tried again every second.
 */
export class AuditLog implements Audit {
  readonly #settings: AuditSettings;
  readonly #queue = new Queue();
  readonly #keeper: HeadKeeper;
  #file: AuditFile | undefined;
  #batch: Batch | undefined;
  #timer: Timer | undefined;
  #dueAt = Infinity;
  #running: Promise<void> | undefined;
  #trouble: string | undefined;
  #trimDue = true;
  #closed = false;

  constructor(settings: AuditSettings) {
    this.#settings = settings;
    this.#keeper = new HeadKeeper({ ...settings, tell: (entry) => this.add(entry) });
    void settings.opened.then(() => {
      this.#keeper.factsAreThere();
      this.#wake(0);
    });
    this.#wake(0);
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  refusal(): BellcrankError | undefined {
    if (this.#trouble === undefined || !this.#settings.required) return undefined;
    return new BellcrankError('audit-unavailable', `${this.#trouble}; nothing was sent`, {
      outcome: 'not-sent',
      reason: 'unrecorded',
      retryAfterMs: 5000,
    });
  }

  add(entry: AuditEntry): void {
    this.#queue.add(this.#at(), bodyOf(entry));
    this.#wake(gatherMs);
  }

  async page(query: AuditQuery): Promise<AuditPage> {
    return await readPage(this.#settings.directory, query);
  }

  /** Writes what waits, if that is possible now, and lets go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#running;
    await this.#run();
    if (this.#file === undefined) return;
    await this.#finish(this.#file).catch((error: unknown) => this.#tellTrouble(error));
    await this.#file.close();
  }

  /** What is found when the head is kept goes into the log, which moves the head. */
  async #finish(file: AuditFile): Promise<void> {
    await this.#keeper.keep(file);
    await this.#write(file);
    if (this.#keeper.dueIn(file) !== undefined) await this.#keeper.keep(file);
    this.#keeper.logHead(file);
  }

  /** Runs in `ms` at the latest. */
  #wake(ms: number): void {
    if (this.#closed || this.#running !== undefined) return;
    const dueAt = this.#settings.clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#settings.clock.timer(ms, () => {
      this.#dueAt = Infinity;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#wakeAgain();
      });
    });
  }

  #wakeAgain(): void {
    if (this.#trouble !== undefined) return this.#wake(retryMs);
    if (!this.#queue.isEmpty) this.#wake(gatherMs);
    const dueIn = this.#file && this.#keeper.dueIn(this.#file);
    if (dueIn !== undefined) this.#wake(dueIn);
  }

  /** Never rejects: what cannot be written is trouble. */
  async #run(): Promise<void> {
    try {
      this.#file ??= await this.#open();
      await this.#write(this.#file);
      if (this.#trimDue) await this.#trim(this.#file);
      if (this.#keeper.dueIn(this.#file) === 0) await this.#keeper.keep(this.#file);
      this.#become(undefined);
    } catch (error) {
      this.#tellTrouble(error);
    }
  }

  #tellTrouble(error: unknown): void {
    this.#become(toLogError(`the audit in ${this.#settings.directory} cannot be written`, error).message);
  }

  #become(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    const { log, directory } = this.#settings;
    if (trouble === undefined) log.info({ directory }, 'the audit works again');
    else log.error({ directory, trouble }, 'the audit is in trouble');
  }

  async #open(): Promise<AuditFile> {
    const { directory, disk = auditDisk } = this.#settings;
    const file = await AuditFile.open(directory, disk);
    this.#tellTail(file.tail);
    return file;
  }

  /** What was found at the end of the log goes into it, before everything else. */
  #tellTail({ torn, damaged }: Tail): void {
    const { log } = this.#settings;
    for (const segment of damaged) {
      log.error({ segment }, 'the end of the audit is damaged; it goes on in a new file');
      const detail = 'the last entries of this file are not what was written';
      this.#addFirst({ ...own, what: 'auditDamaged', params: { segment }, detail });
    }
    for (const params of torn.toReversed()) {
      log.warn({ ...params }, 'a crash had interrupted an entry of the audit; the audit goes on in a new file');
      const detail = 'a crash interrupted an entry; what there is of it stays at the end of this file';
      this.#addFirst({ ...own, what: 'auditTorn', params, detail });
    }
  }

  #tellDamage(): void {
    this.#settings.log.error({}, 'the file of the audit was changed by somebody else; it goes on in a new one');
    const detail = 'the newest file was removed or changed while the service wrote it';
    this.#addFirst({ ...own, what: 'auditDamaged', detail });
  }

  #addFirst(entry: AuditEntry): void {
    this.#queue.addFirst(this.#at(), bodyOf(entry));
  }

  /** What comes while it writes gathers anew: it would be a write for each turn of the event loop. */
  async #write(file: AuditFile): Promise<void> {
    if (!(await file.isIntact())) this.#tellDamage();
    do {
      const lost = this.#queue.takeLost();
      if (lost > 0) this.#addFirst({ ...own, what: 'auditLost', params: { entries: lost }, detail: 'too many waited' });
      this.#batch ??= this.#queue.take(file.head);
      if (this.#batch === undefined) return;
      if (await file.append(this.#batch, this.#settings.clock.now())) this.#trimDue = true;
      this.#batch = undefined;
    } while (this.#closed || this.#queue.isFull);
  }

  /** Files go only when an entry that says so is written: without it, the log would seem to have lost its beginning. */
  async #trim(file: AuditFile): Promise<void> {
    const { clock, keepMs, keepBytes } = this.#settings;
    this.#trimDue = false;
    for (;;) {
      const oldest = await file.oldestToGo(clock.now(), keepMs, keepBytes);
      if (oldest === undefined) return;
      const detail = 'entries up to this one were removed because of their age, or because there were too many';
      const params = { segment: oldest.segment.name, through: oldest.end ?? null };
      this.#addFirst({ ...own, what: 'auditTrimmed', params, detail });
      await this.#write(file);
      await file.remove(oldest);
    }
  }

  #at(): string {
    return isoTime(this.#settings.clock.now());
  }
}

/** By the service itself. */
const own = { by: 'bellcrank', from: undefined } as const;
