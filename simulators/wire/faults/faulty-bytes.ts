import type { ByteConnection, WriteOptions } from '../../../src/transport/connection.ts';
import { Inbox } from '../../../src/transport/inbox.ts';
import { Lifecycle } from '../../../src/transport/lifecycle.ts';
import { Chain } from './chain.ts';
import { ByteTrigger } from './frame-trigger.ts';
import type { LiveFault } from './live-fault.ts';
import { Output } from './output.ts';
import type { Device, Line } from './stage.ts';
import { stageOf } from './stages/index.ts';

/** Told when there is too much of something. */
export interface Overflows {
  /** Of what faults hold back; the oldest goes on. */
  readonly onFull: () => void;
  /** Of what the near side does not read; the newest is lost. */
  readonly onLost: () => void;
}

/** The far end as the simulated device sees it, with faults between it and the wire. */
export class FaultyBytes implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly #inner: ByteConnection;
  readonly #life: Lifecycle;
  readonly #inbox = new Inbox();
  readonly #chain: Chain;
  readonly #output: Output;
  /** The last thing that went out to the wire while the device was writing. */
  #sent: Promise<void> | undefined;

  constructor(inner: ByteConnection, line: Line, device: Device, { onFull, onLost }: Overflows) {
    this.#inner = inner;
    this.label = inner.label;
    this.#life = new Lifecycle(inner.label);
    this.#output = new Output((frame) => inner.write(frame), onLost);
    const ends = { said: (frame: Uint8Array) => this.#send(frame), heard: (frame: Uint8Array) => this.#hear(frame) };
    this.#chain = new Chain({
      clock: device.clock,
      ends,
      onFull,
      slot(live, onward, holding) {
        const trigger = new ByteTrigger(live);
        return { trigger, stage: stageOf({ fault: live.fault, live, trigger, onward, holding, line, device }) };
      },
    });
    inner.onData((chunk) => {
      if (this.isOpen) this.#chain.heard(chunk);
    });
    void inner.closed.then(({ lost, cause }) => this.#end(lost, cause));
  }

  get isOpen(): boolean {
    return this.#life.isOpen && this.#inner.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  setFaults(faults: readonly LiveFault[]): void {
    if (this.isOpen) this.#chain.set(faults);
  }

  /** Resolves when the wire has taken what goes out at once; what a fault holds back counts as taken. */
  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    if (!this.isOpen) return Promise.reject(this.#life.offlineError());
    return this.#life.write(
      (done) => this.#say(copy) ?? done(),
      signal,
      () => void this.close(),
      options?.onBegin,
    );
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  discardOutput(): Promise<void> {
    return this.#inner.discardOutput();
  }

  close(): Promise<void> {
    this.#end(false, new Error('closed'));
    return this.#inner.close();
  }

  #say(frame: Uint8Array): Promise<void> | undefined {
    this.#sent = undefined;
    this.#chain.said(frame);
    return this.#sent;
  }

  #send(frame: Uint8Array): void {
    if (this.isOpen) this.#sent = this.#output.send(frame);
  }

  #hear(frame: Uint8Array): void {
    if (this.isOpen) this.#inbox.deliver(frame);
  }

  #end(lost: boolean, cause: Error): void {
    if (this.#life.end(lost, cause)) this.#chain.close();
  }
}
