import { answerWith } from '../../../client/http/http.ts';
import { type Command, Option } from 'commander';
import type { GrantedLeaseView, LeaseView } from '../../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { named, seconds } from '../arguments.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../output/text.ts';
import { leaseToken } from '../send/options.ts';
import type { Service } from '../service.ts';
import { remoteCommand, withService } from '../sub-command.ts';
import { type LeaseFlags, wishes } from './flags.ts';
import { run } from './run.ts';
import { leaseTokenFor, leaseVariable } from './token.ts';

type Finish = (code: ExitCode) => void;
type Work = (device: string, flags: LeaseFlags, service: Service) => Promise<ExitCode>;

export function addLease(program: Command, context: Surroundings, finish: Finish): void {
  const lease = program.command('lease').description('keep a device for oneself, for a time (docs/leases.md)');
  const sub = (name: string, description: string, work: Work): Command =>
    remoteCommand(lease, name)
      .description(description)
      .argument('<device>', 'the identifier of the device', named)
      .action(async (device: string, flags: LeaseFlags) => {
        finish(await withService(flags, context, (service) => work(device, flags, service), device));
      });
  takeOptions(sub('take', 'take it, and print the token that goes with what is sent', take));
  tokenOption(ttlOption(sub('renew', 'let it last so long from now on', renew)));
  tokenOption(sub('release', 'give it back', release));
  sub('show', 'say who holds it', show);
  takeOptions(remoteCommand(lease, 'run'))
    .description('hold it while a program runs, which finds the token in its environment')
    .usage('[options] <device> -- <program> [arguments…]')
    .argument('<device>', 'the identifier of the device', named)
    .argument('<program...>', 'the program and its arguments')
    .action(async (device: string, words: readonly string[], flags: LeaseFlags) => {
      const work = (service: Service): Promise<ExitCode> => run(device, words, flags, service);
      finish(await withService(flags, context, work, device));
    });
}

const ttlOption = (command: Command): Command =>
  command.option('--ttl <seconds>', 'how long it lasts unless it is renewed; 30 if not given', seconds(86_400));

function takeOptions(command: Command): Command {
  return ttlOption(command)
    .option('--note <text>', 'why, for whoever finds the device leased')
    .addOption(
      new Option('--on-expiry <what>', 'what becomes of the device when it runs out').choices(['release', 'stop']),
    )
    .option('--steal', 'take it from whoever holds it; goes on record');
}

const tokenOption = (command: Command): Command =>
  command.option('--lease <token>', `the token that it was answered with (${leaseVariable})`, leaseToken);

async function take(device: string, flags: LeaseFlags, { lab, print }: Service): Promise<ExitCode> {
  const lease = await lab.device(device).lease(wishes(flags));
  if (print.json) print.document({ ...lease.view, token: lease.token });
  else print.line(safe(lease.token));
  print.note(
    `${leaseText(lease.view)}; renew it before: bellcrank lease renew ${device}`,
    `It goes with what is sent by --lease, or by ${leaseVariable}`,
  );
  return exitCodes.succeeded;
}

async function renew(device: string, flags: LeaseFlags, { lab, print, context }: Service): Promise<ExitCode> {
  const path = `/v1/devices/${encodeURIComponent(device)}/lease`;
  const more = { body: { ttlMs: wishes(flags).ttlMs }, headers: { 'lease-token': tokenOf(device, flags, context) } };
  const { body } = answerWith(await lab.http.request<GrantedLeaseView>('PUT', path, more), 'token');
  const { token: _, ...view } = body;
  if (print.json) print.document(view);
  else print.line(safe(leaseText(view)));
  return exitCodes.succeeded;
}

async function release(device: string, flags: LeaseFlags, { lab, print, context }: Service): Promise<ExitCode> {
  const path = `/v1/devices/${encodeURIComponent(device)}/lease`;
  await lab.http.request('DELETE', path, { headers: { 'lease-token': tokenOf(device, flags, context) } });
  if (print.json) print.document({ released: device });
  else print.line(`${safe(device)} is given back`);
  return exitCodes.succeeded;
}

async function show(device: string, _: LeaseFlags, { lab, print }: Service): Promise<ExitCode> {
  const lease = await lab.device(device).leasedBy();
  if (lease === null) await lab.device(device).get(); // a device that there is not is said to be none
  if (print.json) print.document({ device, lease });
  else print.line(lease === null ? `nobody holds ${safe(device)}` : safe(leaseText(lease)));
  return exitCodes.succeeded;
}

function tokenOf(device: string, { lease }: LeaseFlags, { env }: Surroundings): string {
  const token = leaseTokenFor(device, lease, env);
  if (token !== undefined) return token;
  throw new CliFailure(exitCodes.usage, `say which lease of ${device}, by its token: --lease, or ${leaseVariable}`);
}

export function leaseText({ device, holder, expiresAt, onExpiry, note, simulated, stolenFrom }: LeaseView): string {
  const end = onExpiry === 'stop' ? 'then the device is stopped' : 'then it is free';
  const words = [
    `${device}${simulated ? ' (simulated)' : ''} is held by ${holder} until ${expiresAt}, ${end}`,
    ...(stolenFrom === undefined ? [] : [`taken from ${stolenFrom}`]),
    ...(note === '' ? [] : [note]),
  ];
  return words.join('; ');
}
