import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import type { Clock } from '../clock.ts';
import type { Config, Environment, FaultKind } from '../config/index.ts';
import type { AnyDriver } from '../driver/contract.ts';
import type { Transport } from '../transport/transport.ts';
import type { CreateApp } from './app.ts';
import type { Definitions } from '../definitions/reading.ts';

/** What the service, simulators and checks consist of; `parts.ts` puts it together. */
export interface Parts {
  readonly transports: readonly Transport[];
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly SimulatorKind[];
  readonly faults: readonly FaultKind[];
  readonly definitions: Definitions;
  readonly createApp: CreateApp;
}

/** What a process is started with. */
export interface ProgramParts {
  /** Takes its time; sub-commands that ask a running service do without. */
  readonly loadParts: () => Promise<Parts>;
  readonly clock: Clock;
  readonly version: string;
  readonly settled?: () => void;
}

/** What a sub-command has of the process that it runs in. */
export interface Surroundings {
  readonly clock: Clock;
  readonly version: string;
  readonly env: Environment;
  /** Aborts when the process is to end. */
  readonly shutdown: AbortSignal;
  readonly createLog: (level: Config['log']['level'], pretty?: Config['log']['pretty']) => Logger;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What is typed or piped in; undefined where reading it would stop the process, as in a shell's background. */
  readonly stdin?: () => Readable | undefined;
  /** Where a person reads along; absent: nowhere. */
  readonly terminal?: Terminal;
  /** Aborts when nobody reads the standard output any more (`bellcrank watch | head`). */
  readonly unread?: AbortSignal;
  /** Has a listener told of SIGINT and SIGTERM, which then end nothing, until it is disposed of. */
  readonly takeSignals?: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => Disposable;
  /** Has a listener told of SIGHUP from now on, unless it says that the terminal is gone, which ends the process. */
  readonly takeHangUps?: (listener: () => void) => void;
  /** Has a listener told of what was thrown, or rejected, and nobody caught: true for what is to end nothing. */
  readonly takeUncaught?: (listener: (error: unknown, isThrown?: boolean) => boolean) => void;
  /** Told when what runs here has started, and all that it needs for it is loaded; perhaps more than once. */
  readonly settled?: () => void;
}

export interface Terminal {
  /** Whether the standard output is one, and the standard error. */
  readonly out: boolean;
  readonly err: boolean;
  /** How wide it is, in cells. */
  readonly columns: () => number;
}

/** What a sub-command has that runs something itself. */
export interface CliContext extends Surroundings, Parts {}

/** How a sub-command ends (docs/cli.md, "Exit codes"). `problem` is one with what it worked on, `usage` with how it was called. */
export const exitCodes = {
  succeeded: 0,
  problem: 1,
  usage: 2,
  refused: 3,
  failed: 4,
  notSent: 5,
  unknown: 6,
  invalid: 7,
  unreachable: 8,
  unauthorised: 9,
  blocked: 10,
  pending: 11,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
