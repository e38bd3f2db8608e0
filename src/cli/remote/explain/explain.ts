import { BellcrankProblem, type InputError, Unreachable } from '../../../client/index.ts';
import { asError } from '../../../errors.ts';
import { isRecord } from '../../../yaml/schema-walk.ts';
import { exitCodes, type ExitCode } from '../../context.ts';
import type { Service } from '../service.ts';
import { exitCodeOf } from './exit-code.ts';
import { adviceFor } from './advice.ts';

/** What went wrong: for the caller, for who reads, and for programs. */
export interface Explained {
  readonly exitCode: ExitCode;
  readonly lines: readonly string[];
  readonly problem: object;
}

/** Says what went wrong and what to do about it. Asks the service what else there is to know, for a moment at most. */
export async function explain(error: unknown, service: Service, device?: string): Promise<Explained> {
  if (error instanceof Unreachable) return unreached(error, service);
  if (!(error instanceof BellcrankProblem)) {
    // What is no Bellcrank answers with something that cannot be worked with.
    if (error instanceof TypeError && !(await isBellcrank(service))) return foreign(service);
    throw asError(error);
  }
  const { code, detail, status, errors, problem, outcome, commandId } = error;
  const more = errors.map(lineOf).filter(({ said, rest }) => {
    return !detail.includes(said) && !detail.includes(`${said.slice(1)} ${rest}`);
  });
  const marked = problem?.simulated === true ? ' (simulated)' : '';
  return {
    exitCode: exitCodeOf(error),
    lines: [
      `${detail}${marked}`,
      ...more.map(({ said, rest }) => `  ${said}: ${rest}`),
      ...(await adviceFor(error, service, device)),
    ],
    problem: problem ?? { code, title: error.title, status, detail, outcome, commandId },
  };
}

/** What is wrong in one place, and how a detail that has it already would say where that is. */
function lineOf({ pointer, detail, source, line, column }: InputError): { said: string; rest: string } {
  if (source === undefined) return { said: pointer, rest: detail };
  const said = line === undefined ? source : `${source}:${line}:${column ?? 1}`;
  return { said, rest: pointer === '' ? detail : `${pointer}: ${detail}` };
}

async function isBellcrank({ lab }: Service): Promise<boolean> {
  const live = await lab.http.request('GET', '/health/live').catch(() => undefined);
  return isRecord(live?.body) && typeof live.body['version'] === 'string';
}

function foreign({ connection }: Service): Explained {
  const detail = `what answers at ${connection.url} is no Bellcrank, or something stands in between`;
  return {
    exitCode: exitCodes.unreachable,
    lines: [detail, 'Name the service with --url, BELLCRANK_URL or --profile.'],
    problem: { code: 'unexpected-answer', title: 'This is no answer of the service', detail },
  };
}

function unreached(error: Unreachable, { connection }: Service): Explained {
  const { message, isQuestion, commandId } = error;
  const sent = isQuestion ? 'no' : error.sent;
  return {
    exitCode: sent === 'no' ? exitCodes.unreachable : exitCodes.unknown,
    lines: [message, ...whatNext(error, new URL(connection.url))],
    problem: { code: 'unreachable', title: 'The service does not answer', detail: message, sent, commandId },
  };
}

function whatNext({ message, sent }: Unreachable, { protocol, hostname, href }: URL): string[] {
  // Something answers there, and the message says how to believe it.
  if (message.includes('NODE_EXTRA_CA_CERTS')) return [];
  const isHere = /^(localhost|127\..*|\[::1\])$/.test(hostname);
  const start = isHere ? 'Start it with: bellcrank serve --config FILE. If it runs elsewhere, ' : 'If it is another, ';
  const named = `${start}name it with --url, BELLCRANK_URL or --profile.`;
  // So does a service that speaks HTTPS end what it does not understand.
  const isEnded = protocol === 'http:' && sent === 'maybe' && message.endsWith('other side closed');
  const secure = href.replace(/^http:/, 'https:').replace(/\/$/, '');
  return isEnded ? [named, `If it speaks HTTPS, that is ${secure}`] : [named];
}
