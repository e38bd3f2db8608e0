import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Hatch } from './hatch.ts';
import { type PackedLines, unpackLines } from './line.ts';
import { LogError, toLogError } from './log-error.ts';
import { openLog, type OpenLog } from './open.ts';
import type { LogAnswer, LogRequest, LogResults, LogSettings, LogTask, WriterData } from './protocol.ts';

/** The thread that owns the log's files: it may block on the disk, and nothing else does. */
class LogDesk {
  readonly #settings: LogSettings;
  #log: OpenLog | undefined;
  #now = 0;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  answer({ id, now, task, lines }: LogRequest): LogAnswer {
    this.#now = now;
    try {
      return { id, ok: true, value: this.#do(task, lines) };
    } catch (error) {
      const { fault, message } = toLogError('the journal cannot be written', error);
      return { id, ok: false, fault, message };
    }
  }

  #do(task: LogTask, lines: PackedLines): LogResults[keyof LogResults] {
    if (task.kind === 'open') return this.#open();
    if (task.kind === 'close') return this.#close();
    if (this.#log === undefined) throw new LogError('io', 'the journal is not open');
    return task.kind === 'append' ? this.#log.writer.append(unpackLines(lines)) : this.#log.writer.retain();
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
    const request = requestOf(hatch.take()) ?? (receiveMessageOnPort(port)?.message as LogRequest);
    const answer = desk.answer(request);
    if (!isPlain(answer) || !hatch.tellDone()) port.postMessage(answer);
    if (request.task.kind === 'close') return port.close();
  }
}

/** Done, and nothing else to say. */
function isPlain(answer: LogAnswer): boolean {
  return answer.ok && answer.value !== undefined && Object.keys(answer.value).length === 0;
}

/** `LogClient` alone puts texts there. */
function requestOf(texts: string[] | undefined): LogRequest | undefined {
  if (texts === undefined) return undefined;
  const [head = '', ...lines] = texts;
  return { ...(JSON.parse(head) as Omit<LogRequest, 'lines'>), lines };
}

// In the main thread (a test that loads every module) there is nobody to serve. LogClient passes the data.
if (parentPort !== null) serve(parentPort, workerData as WriterData);
