import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Hatch } from './hatch.ts';
import type { LogLine } from './line.ts';
import { LogError, toLogError } from './log-error.ts';
import { openLog, type OpenLog } from './open.ts';
import {
  type LogAnswer,
  type LogRequest,
  type LogResults,
  type LogSettings,
  type LogTask,
  unpackRequest,
  type WriterData,
} from './protocol.ts';

/** The thread that owns the log's files: it may block on the disk, and nothing else does. */
class LogDesk {
  readonly #settings: LogSettings;
  #log: OpenLog | undefined;
  #now = 0;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  answer({ now, task, lines }: LogRequest): LogAnswer {
    this.#now = now;
    try {
      return { ok: true, value: this.#do(task, lines) };
    } catch (error) {
      const { fault, message } = toLogError('the journal cannot be written', error);
      return { ok: false, fault, message };
    }
  }

  #do(task: LogTask, lines: readonly LogLine[]): LogResults[keyof LogResults] {
    if (task === 'open') return this.#open();
    if (task === 'close') return this.#close();
    if (this.#log === undefined) throw new LogError('io', 'the journal is not open');
    return task === 'append' ? this.#log.writer.append(lines) : this.#log.writer.retain();
  }

  #open(): LogResults['open'] {
    this.#log?.close();
    this.#log = openLog({ ...this.#settings, now: () => this.#now });
    return this.#log.recovered;
  }

  #close(): undefined {
    this.#log?.close();
    this.#log = undefined;
  }
}

/** Until it is told to close. The thread sleeps in between, and its event loop does not turn. */
function serve(port: MessagePort, { settings, memory }: WriterData): void {
  const desk = new LogDesk(settings);
  const hatch = new Hatch(memory);
  for (;;) {
    const request = unpackRequest(hatch.take() ?? (receiveMessageOnPort(port)?.message as string[]));
    const answer = desk.answer(request);
    if (!isPlain(answer) || !hatch.tellDone()) port.postMessage(answer);
    if (request.task === 'close') return port.close();
  }
}

/** Done, and nothing else to say. */
function isPlain(answer: LogAnswer): boolean {
  return answer.ok && answer.value !== undefined && Object.keys(answer.value).length === 0;
}

// In the main thread (a test that loads every module) there is nobody to serve. LogClient passes the data.
if (parentPort !== null) serve(parentPort, workerData as WriterData);
