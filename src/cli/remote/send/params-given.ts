import type { Readable } from 'node:stream';
import { exitCodes } from '../../context.ts';
import { CliFailure } from '../failure.ts';
import { paramsOf } from '../params/params.ts';
import type { ParamProblem } from '../params/problem.ts';
import type { Service } from '../service.ts';
import { invalidParams } from './invalid.ts';
import type { Taker } from './taker.ts';

/** No command takes more (the service's own limit is lower). */
const maxBytes = 4 * 1024 * 1024;

/** The parameters that words and JSON mean; throws with everything that is wrong with them. */
export async function paramsGiven(
  taker: Taker,
  words: readonly string[],
  json: string | undefined,
  service: Service,
): Promise<unknown> {
  const base = await baseOf(words, json, service);
  const { value, problems } = paramsOf(
    taker.schema,
    words.filter((word) => word !== '-'),
    base,
  );
  // Without a problem of its own the service says what is wrong, and knows best.
  if (problems.length > 0) throw invalidParams(taker, await withSchema(taker.schema, value, problems));
  return value;
}

async function baseOf(words: readonly string[], json: string | undefined, service: Service): Promise<unknown> {
  const piped = words.includes('-');
  if (piped && json !== undefined)
    throw new CliFailure(exitCodes.usage, '- and JSON on the command line: leave one out');
  if (piped) return parsed(await textOf(service.context.stdin?.()), 'the standard input');
  return json === undefined ? undefined : parsed(json, 'what is given as JSON');
}

async function textOf(input: Readable | undefined): Promise<string> {
  if (input === undefined) throw new CliFailure(exitCodes.usage, 'there is no standard input to read here');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk as Buffer); // no encoding was set
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw new CliFailure(exitCodes.usage, `the standard input holds more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new CliFailure(exitCodes.usage, `${what} is not JSON: ${why}`);
  }
}

/** What else is wrong, so that all of it can be put right at once; loaded only then. */
async function withSchema(
  schema: unknown,
  value: unknown,
  problems: readonly ParamProblem[],
): Promise<readonly ParamProblem[]> {
  const { validate } = await import('../../../driver/schema.ts');
  const told = (name: string): boolean =>
    problems.some(
      (problem) => name === problem.name || problem.name.startsWith(`${name}.`) || name.startsWith(`${problem.name}.`),
    );
  const more = validate(schema as Readonly<Record<string, unknown>>, value) // a schema is an object
    .map(({ pointer, detail }) => ({ name: nameOf(pointer), detail }))
    .filter(({ name }) => !told(name));
  return [...problems, ...more];
}

/** As it is written on the command line. */
export function nameOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}
