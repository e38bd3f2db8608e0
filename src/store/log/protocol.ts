import type { PackedLines } from './line.ts';
import type { LogFault } from './log-error.ts';
import type { Recovered } from './recover.ts';
import type { Retention } from './retention.ts';
import type { Durability, Retained } from './writer.ts';

/** What the writer's thread has to know. */
export interface LogSettings {
  readonly directory: string;
  readonly durability: Durability;
  readonly retention: Retention;
}

/** What it is given when it starts: its settings, and where requests come (`Hatch`). */
export interface WriterData {
  readonly settings: LogSettings;
  readonly memory: SharedArrayBuffer;
}

/** What the thread can be asked. It answers in order, each request once. */
export type LogTask =
  | { readonly kind: 'open' }
  /** The lines of its request. */
  | { readonly kind: 'append' }
  | { readonly kind: 'retain' }
  /** Lets go of the files; the thread ends after its answer. */
  | { readonly kind: 'close' };

export interface LogRequest {
  readonly id: number;
  /** Wall-clock time of the asking, ms since 1970. */
  readonly now: number;
  readonly task: LogTask;
  /** What is to be appended, if anything is. */
  readonly lines: PackedLines;
}

/** What each task gives. */
export interface LogResults {
  readonly open: Recovered;
  readonly append: Retained;
  readonly retain: Retained;
  readonly close: undefined;
}

export type LogAnswer =
  | { readonly id: number; readonly ok: true; readonly value: LogResults[keyof LogResults] }
  | { readonly id: number; readonly ok: false; readonly fault: LogFault; readonly message: string };
