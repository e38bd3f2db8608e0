import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import type { Clock } from '../clock.ts';
import type { Config, Environment, FaultKind } from '../config/index.ts';
import type { AnyDriver } from '../driver/contract.ts';
import type { Transport } from '../transport/transport.ts';
import type { CreateApp } from './app.ts';
import type { Definitions } from './definitions.ts';

/** What the program consists of; `main.ts` puts it together. */
export interface Parts {
  readonly transports: readonly Transport[];
  readonly drivers: readonly AnyDriver[];
  readonly simulators: readonly SimulatorKind[];
  readonly faults: readonly FaultKind[];
  readonly definitions: Definitions;
  readonly createApp: CreateApp;
  readonly clock: Clock;
  readonly version: string;
}

/** What a sub-command has of the process that it runs in. */
export interface CliContext extends Parts {
  readonly env: Environment;
  /** Aborts when the process is to end. */
  readonly shutdown: AbortSignal;
  readonly createLog: (level: Config['log']['level']) => Logger;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What is typed or piped in; undefined where reading it would stop the process, as in a shell's background. */
  readonly stdin?: () => Readable | undefined;
}

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
