import type { ParentLog } from '../../device/settings.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Entries that are kept; older ones go first. */
const maxEntries = 10_000;

/** What the service of a lab logs, to be looked at. */
export class LabLog implements ParentLog {
  readonly entries: LogEntry[];
  readonly #common: object;

  constructor(entries: LogEntry[] = [], common: object = {}) {
    this.entries = entries;
    this.#common = common;
  }

  debug(fields: object, message: string): void {
    this.#keep('debug', fields, message);
  }
  info(fields: object, message: string): void {
    this.#keep('info', fields, message);
  }
  warn(fields: object, message: string): void {
    this.#keep('warn', fields, message);
  }
  error(fields: object, message: string): void {
    this.#keep('error', fields, message);
  }

  child(fields: object): LabLog {
    return new LabLog(this.entries, { ...this.#common, ...fields });
  }

  #keep(level: LogEntry['level'], fields: object, message: string): void {
    this.entries.push({ level, message, fields: { ...this.#common, ...fields } });
    if (this.entries.length > maxEntries) this.entries.shift();
  }
}
