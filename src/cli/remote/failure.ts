import type { ExitCode } from '../context.ts';

/** Why a sub-command ends early, in words for who called it, who is told what to do. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  /** The same for programs. */
  readonly problem: object;

  constructor(exitCode: ExitCode, message: string, problem: object = { code: 'call', detail: message }) {
    super(message);
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
