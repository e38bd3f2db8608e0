import type { ByteConnection } from '../transport/connection.ts';
import type { FrameCall, FrameOptions, FrameProbe, FrameQuery } from './frame-call.ts';

export type { FrameCall, FrameOptions, FrameProbe, FrameQuery } from './frame-call.ts';

/**
 * Request and reply as frames of bytes, one at a time. Frames carry no ids, so a reply is trusted by order alone: a frame
 * that began before a query was written never answers it, and after a query went without its reply the exchange is out of
 * step (`inStep`) until `drain` or `probe` has settled what may still be under way.
 */
export interface FrameExchangeApi {
  /** False when a reply may still be under way that nobody waits for, or the last one was nonsense. */
  readonly inStep: boolean;
  /** Writes a frame that has no reply. */
  send(call: FrameCall, bytes: Uint8Array): Promise<void>;
  /**
   * Writes a frame and resolves with its decoded reply. Rejects with `device-timeout`, `connection-lost`,
   * `device-protocol`, what `decode` throws, or the signal's reason. Out of step, it first waits for silence.
   */
  query<T>(call: FrameCall, bytes: Uint8Array, query: FrameQuery<T>): Promise<T>;
  /** A query whose reply can be told from any other frame: once it has come the exchange is in step again. */
  probe<T>(call: FrameCall, bytes: Uint8Array, probe: FrameProbe<T>): Promise<T>;
  /** Resolves after `quietMs` without input; rejects with `device-protocol` if the line is not quiet within `maxMs`. */
  drain(quietMs: number, maxMs: number, signal: AbortSignal): Promise<void>;
  /** Stops listening and fails a query that waits. The connection stays open. */
  close(): void;
}

export type CreateFrameExchange = (connection: ByteConnection, options: FrameOptions) => FrameExchangeApi;
