import { exitCodes } from '../../context.ts';
import { CliFailure } from '../failure.ts';
import type { ParamProblem } from '../params/problem.ts';
import type { Taker } from './taker.ts';

/** Nothing was sent, since something is wrong with what was given: all of it, a line each. */
export function invalidParams({ title, help }: Taker, problems: readonly ParamProblem[]): CliFailure {
  const lines = problems.map(({ name, detail }) => `  ${name === '' ? 'all of it' : name} ${detail}`);
  return new CliFailure(exitCodes.invalid, [`${title}: not sent`, ...lines, `What it takes: ${help}`].join('\n'), {
    code: 'invalid-request',
    title: 'The request is not valid',
    detail: lines.map((line) => line.trim()).join('; '),
    errors: problems.map(({ name, detail }) => ({ pointer: `/${name.replaceAll('.', '/')}`, detail })),
  });
}
