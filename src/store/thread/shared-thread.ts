import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { moduleBeside } from '../../own-files.ts';
import type { Newcomer } from './host.ts';
import type { Answer, Question } from './protocol.ts';

/** What a guest hears. */
export interface GuestListener {
  readonly answered: (answer: Answer) => void;
  /** The thread has ended, by itself if there is no cause, and whoever asked gets no answer. Never after `leave`. */
  readonly ended: (cause: unknown) => void;
}

export interface Guest {
  ask(question: Question): void;
  /** Resolves when its part of the thread is over; the last one to leave ends the thread. */
  leave(): Promise<void>;
}

interface Running {
  readonly worker: Worker;
  readonly guests: Map<MessagePort, GuestListener>;
}

/**
 * One thread for several that mostly wait: each costs some 12 MB. It starts with the first guest, and anew after it has
 * died, which all of them hear. A guest works in slices, since the others wait for each.
 */
export class SharedThread {
  #running: Running | undefined;

  /** Starts what `module` exports as `serve`, with `data`. */
  join(module: URL, data: unknown, listener: GuestListener): Guest {
    const running = (this.#running ??= this.#start());
    const { port1: port, port2 } = new MessageChannel();
    running.guests.set(port, listener);
    port.on('message', (answer: Answer) => listener.answered(answer));
    const newcomer: Newcomer = { module: module.href, data, port: port2 };
    running.worker.postMessage(newcomer, [port2]);
    return {
      ask: (question) => port.postMessage(question, []),
      leave: () => this.#leave(running, port),
    };
  }

  #start(): Running {
    const worker = new Worker(moduleBeside(import.meta.url, './host'));
    const running: Running = { worker, guests: new Map() };
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => this.#ended(running, cause));
    return running;
  }

  async #leave(running: Running, port: MessagePort): Promise<void> {
    if (!running.guests.delete(port)) return;
    port.close();
    if (running.guests.size > 0) return;
    if (this.#running === running) this.#running = undefined;
    await running.worker.terminate();
  }

  #ended(running: Running, cause: unknown): void {
    if (this.#running === running) this.#running = undefined;
    const left = [...running.guests];
    running.guests.clear();
    for (const [port, listener] of left) {
      port.close();
      listener.ended(cause);
    }
  }
}
