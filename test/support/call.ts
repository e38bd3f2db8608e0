import type { ByteConnection, ByteWire, Call, Confirmation, Evidence } from '../../src/driver/index.ts';

/** A call made without the runtime, and what its handler did with it. */
export interface RecordedCall<W extends ByteWire | null> {
  readonly call: Call<W>;
  /** What was written, one text per write (latin1). */
  readonly sent: string[];
  readonly confirmed: { readonly level: Confirmation; readonly evidence: Evidence | undefined }[];
  readonly late: unknown[];
  /** Times that `sending()` was called. */
  readonly sendings: number;
  abort(reason: Error): void;
}

export interface CallSettings {
  /** In a dry run nothing reaches the connection. */
  readonly dryRun?: boolean;
}

let calls = 0;

/** A call on a byte stream. It has no deadline of its own: `abort` is the deadline. */
export function makeCall(connection: ByteConnection, settings?: CallSettings): RecordedCall<ByteWire>;
/** A call on transport `none`. */
export function makeCall(connection: null, settings?: CallSettings): RecordedCall<null>;
export function makeCall(connection: ByteConnection | null, settings?: CallSettings): RecordedCall<ByteWire | null>;
export function makeCall(
  connection: ByteConnection | null,
  { dryRun = false }: CallSettings = {},
): RecordedCall<ByteWire | null> {
  const controller = new AbortController();
  const sent: string[] = [];
  const confirmed: RecordedCall<null>['confirmed'] = [];
  const late: unknown[] = [];
  let sendings = 0;
  const write: ByteWire['write'] = async (bytes, options) => {
    sent.push(Buffer.from(bytes).toString('latin1'));
    if (!dryRun) await connection?.write(bytes, controller.signal, options);
  };
  const call: Call<ByteWire | null> = {
    id: `call-${++calls}`,
    signal: controller.signal,
    cancelled: new AbortController().signal,
    deadline: Infinity,
    dryRun,
    wire: connection === null ? null : { write },
    sending: async () => void sendings++,
    confirm: (level, evidence) => void confirmed.push({ level, evidence }),
    progress: () => {},
    yield: () => Promise.resolve(),
    late: (result) => void late.push(result),
  };
  return {
    call,
    sent,
    confirmed,
    late,
    get sendings() {
      return sendings;
    },
    abort: (reason) => controller.abort(reason),
  };
}
