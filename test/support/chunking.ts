import type { ByteConnection } from '../../src/driver/index.ts';

/** Changes how incoming bytes are cut into chunks, never the bytes: `emit` hands one chunk on. */
type Rechunk = (chunk: Uint8Array, emit: (chunk: Uint8Array) => void) => void;

/** The same connection, its incoming chunks cut anew. */
function rechunked(connection: ByteConnection, makeRechunk: () => Rechunk): ByteConnection {
  return {
    shape: 'bytes',
    label: connection.label,
    closed: connection.closed,
    get isOpen() {
      return connection.isOpen;
    },
    get written() {
      return connection.written;
    },
    write: (bytes, signal, options) => connection.write(bytes, signal, options),
    discardOutput: () => connection.discardOutput(),
    close: () => connection.close(),
    onData(listener) {
      const rechunk = makeRechunk();
      return connection.onData((chunk) => rechunk(chunk, listener));
    },
  };
}

/** Every byte arrives alone. */
export function bytewise(connection: ByteConnection): ByteConnection {
  return rechunked(connection, () => (chunk, emit) => {
    for (const byte of chunk) emit(Uint8Array.of(byte));
  });
}

/** What comes within one turn of the event loop arrives as one chunk. */
export function merged(connection: ByteConnection): ByteConnection {
  return rechunked(connection, () => {
    let held: Uint8Array[] = [];
    return (chunk, emit) => {
      held.push(chunk);
      if (held.length > 1) return;
      setImmediate(() => {
        const all = Buffer.concat(held);
        held = [];
        emit(all);
      });
    };
  });
}

/** Chunks end in the middle of frames: each is held back by some bytes, which come a turn of the event loop later. */
export function ragged(connection: ByteConnection, heldBytes = 2): ByteConnection {
  return rechunked(connection, () => {
    let held: Uint8Array = Buffer.alloc(0);
    let flush: NodeJS.Immediate | undefined;
    return (chunk, emit) => {
      const all = Buffer.concat([held, chunk]);
      const cut = Math.max(0, all.length - heldBytes);
      held = all.subarray(cut);
      if (cut > 0) emit(all.subarray(0, cut));
      clearImmediate(flush);
      flush = setImmediate(() => {
        const rest = held;
        held = Buffer.alloc(0);
        emit(rest);
      });
    };
  });
}
