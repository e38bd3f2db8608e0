import { randomUUID } from 'node:crypto';
import {
  type Answer,
  BellcrankProblem,
  type CommandView,
  type DryRunView,
  Unreachable,
} from '../../../client/index.ts';
import { answerWith } from '../../../client/http/http.ts';
import { exitCodes, type ExitCode } from '../../context.ts';
import { leaseTokenFor } from '../lease/token.ts';
import type { Service } from '../service.ts';
import { tell } from '../sub-command.ts';
import { interruption } from './interrupt.ts';
import { invalidParams } from './invalid.ts';
import type { SendFlags } from './options.ts';
import { nameOf } from './params-given.ts';
import { showDryRun, showEnd, showUnderWay } from './show.ts';
import type { Target } from './target.ts';
import { unheard, unlearnt } from './unheard.ts';
import { awaitEnd } from './wait.ts';

/** How long the service holds the request open before it says that the command was accepted, in seconds. */
const heldSeconds = 1;
/** How long what was asked to end is given to do so, in ms. */
const cancelMs = 5000;

/** Sends a command and waits for its end as the flags say; prints what became of it, and resolves with its exit code. */
export async function deliver(target: Target, flags: SendFlags, service: Service): Promise<ExitCode> {
  const { device } = target;
  const lease = leaseTokenFor(device, flags.lease, service.context.env);
  const common = lease === undefined ? {} : { 'lease-token': lease };
  if (flags.dryRun === true) return await dryRun(target, common, service);
  const key = flags.idempotencyKey ?? randomUUID();
  const wait = flags.wait ?? (flags.async === true ? 0 : undefined);
  const headers = {
    ...common,
    // It is accepted before it is waited for, so that whoever goes away knows what goes on without them.
    prefer: `respond-async, wait=${Math.min(heldSeconds, Math.floor(wait ?? heldSeconds))}`,
    'idempotency-key': `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
    ...(flags.timeout === undefined ? {} : { 'request-timeout': String(flags.timeout) }),
  };
  using interrupted = interruption(service.context);
  let accepted: CommandView;
  try {
    accepted = answerWith(await post<CommandView>(target, headers, undefined, service), 'id', 'state').body;
  } catch (error) {
    if (error instanceof Unreachable && error.sent === 'maybe') return unheard(target, key, error.message, service);
    if (!(error instanceof BellcrankProblem)) throw error;
    return await turnedDown(error, target, key, service);
  }
  let end: CommandView;
  try {
    end = await awaitEnd(service, accepted, wait === undefined ? undefined : wait * 1000, interrupted.signal);
  } catch (error) {
    if (error instanceof Unreachable) return unlearnt(accepted, error.message, service);
    if (error instanceof BellcrankProblem) return unlearnt(accepted, error.detail, service);
    throw error;
  }
  // Whoever looks later is told where, however soon it ended.
  if (end.state === 'ended' && flags.async !== true) return showEnd(end, service);
  if (interrupted.signal.aborted && flags.cancelOnInterrupt === true) return await cancelled(end, service);
  showUnderWay(end, service);
  return flags.async === true ? exitCodes.succeeded : exitCodes.pending;
}

async function dryRun(target: Target, headers: Record<string, string>, service: Service): Promise<ExitCode> {
  const { body } = answerWith(await post<DryRunView>(target, headers, { dryRun: true }, service), 'complete');
  return showDryRun(body, service);
}

function post<Body>(
  { method, path, body }: Target,
  headers: Readonly<Record<string, string>>,
  query: { readonly dryRun: true } | undefined,
  { lab }: Service,
): Promise<Answer<Body>> {
  return lab.http.request<Body>(method, path, { body, headers, query });
}

/** Not accepted, or ended otherwise than well before the service answered. */
async function turnedDown(error: BellcrankProblem, target: Target, key: string, service: Service): Promise<ExitCode> {
  const { commandId, code, outcome, errors } = error;
  if (code === 'invalid-request' && errors.length > 0) {
    throw invalidParams(
      target.taker,
      errors.map(({ pointer, detail }) => ({ name: nameOf(pointer), detail })),
    );
  }
  const record = commandId === undefined ? undefined : await service.lab.command(commandId).catch(() => undefined);
  if (record?.state === 'ended' && outcome !== undefined) {
    const exitCode = showEnd(record, service);
    const { adviceFor } = await import('../explain/advice.ts');
    service.print.note(...(await adviceFor(error, service, target.device)));
    return exitCode;
  }
  // Whoever answered in the service's place, or stumbled, may have handed the command on before.
  if (
    outcome === undefined &&
    (error.status === 502 || error.status === 504 || code === 'internal' || code === 'unexpected-answer')
  ) {
    return unheard(target, key, error.detail, service);
  }
  return await tell(error, service, target.device);
}

/** Ends it early, as far as that can be done. */
async function cancelled(command: CommandView, service: Service): Promise<ExitCode> {
  const { lab, print, context } = service;
  try {
    await lab.cancel(command.id);
    const end = await awaitEnd(service, command, cancelMs, context.shutdown);
    if (end.state === 'ended') return showEnd(end, service);
    print.note('It was asked to end early, and has not yet.');
    showUnderWay(end, service);
  } catch (error) {
    await tell(error, service, command.device);
    showUnderWay(command, service);
  }
  return exitCodes.pending;
}
