import type { KeyStorage } from '../access/keys/key.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/index.ts';
import type { DeviceLimits } from '../device/limits.ts';
import type { ParentLog } from '../device/settings.ts';
import type { AnyDriver } from '../driver/contract.ts';
import type { LogLevel } from '../observe/log-level.ts';
import type { Simulate } from '../openers.ts';
import type { RandomBytes } from '../random-bytes.ts';
import type { Loaded } from '../reload/reload.ts';
import type { Store } from '../store/store.ts';
import type { Transport } from '../transport/transport.ts';

export interface AppParts {
  readonly config: Config;
  /** The built-in drivers and those that the configuration names. */
  readonly drivers: readonly AnyDriver[];
  readonly transports: readonly Transport[];
  readonly simulate: Simulate;
  readonly clock: Clock;
  /** In [0, 1); for jitter. */
  readonly random: () => number;
  /** For ids and tokens; the system's if absent. */
  readonly randomBytes?: RandomBytes;
  readonly log: ParentLog;
  readonly version: string;
  readonly limits?: DeviceLimits;
  /** How many files the process may have open; undefined where nobody knows. */
  readonly openFiles?: number | undefined;
  /** What decides how much of `log` is written; without it that cannot be changed while it runs. */
  readonly logLevel?: LogLevel;
  /** Whether disk, event loop and wall clock of the machine are watched. */
  readonly watchesMachine?: boolean;
  /** Whether stops are rehearsed in an idle moment, on a device of the service's own. */
  readonly rehearses?: boolean;
  /** Told when the first request has been answered, and perhaps again: what is needed to start has been loaded. */
  readonly settled?: (() => void) | undefined;
  /** In place of the embedded one; what is done is then taken down nowhere. */
  readonly store?: Store;
  /** Reads the configuration again; absent where it came from no file. */
  readonly load?: (signal: AbortSignal) => Promise<Loaded>;
  /** In place of those in the store’s directory; without them, a store of one’s own has none. */
  readonly keys?: KeyStorage;
  /** Whether it may listen elsewhere than on loopback although there are no credentials. */
  readonly insecure?: boolean;
}

/** Whoever brings a store of their own knows where it is. */
export function directoryOf({ store, config }: AppParts): string | undefined {
  return store === undefined ? config.store.directory : undefined;
}
