import type { LogLine } from './line.ts';
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

/**
 * What the thread can be asked; it answers in order, each request once. `open` begins anew, `append` writes the lines of
 * its request, `close` lets go of the files, and the thread ends after its answer.
 */
export type LogTask = keyof LogResults;

export interface LogRequest<Task extends LogTask = LogTask> {
  readonly task: Task;
  /** Wall-clock time of the asking, ms since 1970. */
  readonly now: number;
  /** What is to be appended, if anything is. */
  readonly lines: readonly LogLine[];
}

/** As it crosses to the thread. */
export function packRequest({ task, now, lines }: LogRequest): string[] {
  const texts: string[] = [task, String(now)];
  for (const { key, text, live } of lines) texts.push(key, text, live ? '1' : '');
  return texts;
}

/** `packRequest` alone makes such texts. */
export function unpackRequest(texts: readonly string[]): LogRequest {
  const lines: LogLine[] = [];
  for (let at = 2; at < texts.length; at += 3) {
    lines.push({ key: texts[at] ?? '', text: texts[at + 1] ?? '', live: texts[at + 2] === '1' });
  }
  return { task: texts[0] as LogTask, now: Number(texts[1]), lines };
}

/** What each task gives. */
export interface LogResults {
  readonly open: Recovered;
  readonly append: Retained;
  readonly retain: Retained;
  readonly close: undefined;
}

export type LogAnswer =
  | { readonly ok: true; readonly value: LogResults[keyof LogResults] }
  | { readonly ok: false; readonly fault: LogFault; readonly message: string };
