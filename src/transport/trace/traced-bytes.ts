import type { ByteConnection, WriteOptions } from '../connection.ts';
import { ByteWrapper } from '../wrapper.ts';
import type { WireTrace } from './trace.ts';

type Listener = (chunk: Uint8Array) => void;

/** A byte stream that is traced, and otherwise the one under it. */
export class TracedBytes extends ByteWrapper {
  readonly #trace: WireTrace;
  readonly #onStray: (what: string) => void;
  #listeners = 0;
  /** Ends the listening of its own, which goes on while nobody else listens. */
  #untap: (() => void) | undefined;
  /** Whoever listens first notes a chunk; the others hear the same one. */
  #noted: { readonly chunk: Uint8Array; readonly by: Listener } | undefined;

  /** `onStray` is told of what nobody listens for any more, as connections tell it. */
  constructor(under: ByteConnection, trace: WireTrace, onStray: (what: string) => void) {
    super(under);
    this.#trace = trace;
    this.#onStray = onStray;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const chunk = this.#trace.chunk(bytes);
    const onBegin = (): void => {
      this.#trace.bytes('sent', chunk, options?.cause);
      options?.onBegin?.();
    };
    return this.under.write(bytes, signal, { ...options, onBegin });
  }

  onData(listener: Listener): () => void {
    const hear = (chunk: Uint8Array): void => {
      this.#note(chunk, hear);
      listener(chunk);
    };
    const stop = this.under.onData(hear);
    this.#listeners++;
    this.#untap?.();
    this.#untap = undefined;
    let stopped = false;
    return () => {
      stop();
      if (stopped) return;
      stopped = true;
      if (--this.#listeners === 0 && this.isOpen) this.#tap();
    };
  }

  /**
   * A device that babbles while nobody is attached is what people look for in a trace. Not before there was a listener:
   * what comes until then is kept for that one.
   */
  #tap(): void {
    this.#untap = this.under.onData((chunk) => {
      this.#trace.bytes('heard', this.#trace.chunk(chunk));
      this.#onStray(`${chunk.length} bytes that nobody was listening for`);
    });
  }

  #note(chunk: Uint8Array, by: Listener): void {
    const noted = this.#noted;
    if (noted?.chunk === chunk && noted.by !== by) return;
    this.#noted = { chunk, by };
    this.#trace.bytes('heard', this.#trace.chunk(chunk));
  }
}
