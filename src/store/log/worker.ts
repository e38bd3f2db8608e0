import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Hatch, type Taken } from './hatch.ts';
import { LogError, toLogError } from './log-error.ts';
import { openLog, type OpenLog } from './open.ts';
import {
  type LogAnswer,
  type LogRequest,
  type LogResults,
  type LogSettings,
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

  answer(request: LogRequest | Taken): LogAnswer {
    this.#now = request.now;
    try {
      const value = 'frames' in request ? this.#write(request) : this.#do(request);
      return { ok: true, value };
    } catch (error) {
      const { fault, message } = toLogError('the journal cannot be written', error);
      return { ok: false, fault, message };
    }
  }

  #write({ frames, changes }: Taken): LogResults['append'] {
    return this.#opened().writer.appendFrames(frames, changes);
  }

  #do({ task, lines }: LogRequest): LogResults[keyof LogResults] {
    if (task === 'open') return this.#open();
    if (task === 'close') return this.#close();
    const { writer } = this.#opened();
    return task === 'append' ? writer.append(lines) : writer.retain();
  }

  #opened(): OpenLog {
    if (this.#log === undefined) throw new LogError('io', 'the journal is not open');
    return this.#log;
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
    const request = hatch.take() ?? unpackRequest(receiveMessageOnPort(port)?.message as string[]);
    const answer = desk.answer(request);
    if (!isPlain(answer) || !hatch.tellDone()) port.postMessage(answer);
    if ('task' in request && request.task === 'close') return port.close();
  }
}

/** Done, and nothing else to say. */
function isPlain(answer: LogAnswer): boolean {
  return answer.ok && answer.value !== undefined && Object.keys(answer.value).length === 0;
}

// In the main thread (a test that loads every module) there is nobody to serve. LogClient passes the data.
if (parentPort !== null) serve(parentPort, workerData as WriterData);
