import type { Command } from 'commander';
import type { StopsView, StopView } from '../../client/index.ts';
import { answerWith } from '../../client/http/http.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { names } from './arguments.ts';
import { exitCodeOf } from './explain/exit-code.ts';
import { outcomeStyles, outcomeWords } from './explain/outcome.ts';
import { CliFailure } from './failure.ts';
import { safe } from './output/text.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface StopFlags extends RemoteFlags {
  readonly release?: true;
  readonly all?: true;
}

/** The service itself gives each device its own time; this is for when it does not answer at all, in ms. */
const timeoutMs = 60_000;

export function addStop(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'stop')
    .description('make devices safe now, and latch them until they are released; all of them if none is named')
    .argument('[device...]', 'the devices', names)
    .option('--release', 'release the latch instead, so that commands pass again')
    .option('--all', 'all devices; --release asks for it where none is named')
    .addHelpText(
      'after',
      '\nIt is a convenience, no safety function: what can hurt somebody needs a hard-wired emergency stop.',
    )
    .action(async (devices: readonly string[], flags: StopFlags) => {
      finish(await withService(flags, context, (service) => stop(devices, flags, service)));
    });
}

async function stop(devices: readonly string[], flags: StopFlags, service: Service): Promise<ExitCode> {
  if (devices.length > 0 && flags.all === true) {
    throw new CliFailure(exitCodes.usage, '--all and the names of devices: leave one out');
  }
  if (flags.release === true) return await release(devices, flags.all === true, service);
  // Nothing comes before it: no question, no list.
  const codes = devices.length === 0 ? await stopAll(service) : await stopThese(devices, service);
  return codes.reduce((worst, code) => Math.max(worst, code) as ExitCode, exitCodes.succeeded); // the larger is one of the two
}

async function stopAll(service: Service): Promise<readonly ExitCode[]> {
  const { lab, print } = service;
  const answer = await lab.http.request<StopsView>('POST', '/v1/stop', { timeoutMs });
  const { body } = answerWith(answer, 'items');
  if (print.json) print.document(body);
  else if (body.items.length === 0) print.line('There are no devices.');
  const codes = body.items.map((view) => report(view, service));
  const isWhole = body.left === undefined || body.left === 0;
  if (!isWhole) print.note(leftOut(body));
  return isWhole ? codes : [...codes, exitCodes.unauthorised];
}

/** Devices that are named in one sentence. */
const maxNamed = 20;

/** Whoever stops everything must know what goes on running. */
function leftOut({ left, notAllowed }: StopsView): string {
  const named = notAllowed.slice(0, maxNamed).map(safe).join(', ');
  const which =
    named === '' ? '' : ` (${named}${notAllowed.length > maxNamed || notAllowed.length < left ? ', …' : ''})`;
  const devices = left === 1 ? '1 device was' : `${left} devices were`;
  return `NOT EVERYTHING IS STOPPED: ${devices} left as they are${which}, since this key may not stop them.`;
}

async function stopThese(devices: readonly string[], service: Service): Promise<readonly ExitCode[]> {
  const { print } = service;
  const told = await Promise.all(devices.map((id) => stopOne(id, service)));
  const [only, ...others] = told;
  if (print.json && others.length === 0) print.document(only?.view ?? only?.error);
  else if (print.json) print.document({ items: told.map(({ device, view, error }) => view ?? { device, error }) });
  return told.map(({ exitCode }) => exitCode);
}

/** What came of the stop of one device, told to people at once. */
interface Told {
  readonly device: string;
  readonly exitCode: ExitCode;
  readonly view?: StopView;
  readonly error?: object;
}

async function stopOne(device: string, service: Service): Promise<Told> {
  try {
    const path = `/v1/devices/${encodeURIComponent(device)}/stop`;
    const { body } = answerWith(await service.lab.http.request<StopView>('POST', path, { timeoutMs }), 'outcome');
    return { device, exitCode: report(body, service), view: body };
  } catch (error) {
    const { explain } = await import('./explain/explain.ts');
    const { exitCode, lines, problem } = await explain(error, service, device);
    service.print.note(...lines);
    return { device, exitCode, error: problem };
  }
}

/** The latch holds whatever came of it. */
function report(view: StopView, { print }: Service): ExitCode {
  const { device, simulated, outcome, recorded, error } = view;
  const words = outcomeWords({ state: 'ended', ...view });
  const line = `stop of ${device}${simulated ? ' (simulated)' : ''} ${words}${words.includes('latched') ? '' : '; it is latched'}`;
  if (outcome === 'succeeded') {
    if (!print.json) print.line(print.paint(outcomeStyles['succeeded'] ?? 'green', safe(line)));
  } else print.note(`${line}. Make sure that it is safe.`);
  if (!recorded) print.note(`The stop of ${device} is not on record.`);
  return exitCodeOf({ outcome, code: error?.code });
}

async function release(devices: readonly string[], all: boolean, { lab, print }: Service): Promise<ExitCode> {
  if (devices.length === 0 && !all) {
    throw new CliFailure(exitCodes.usage, 'say which devices to release; --all releases every one');
  }
  if (all) await lab.release();
  for (const id of devices) await lab.device(id).release();
  const released = all ? { all: true } : { devices };
  if (print.json) print.document({ released });
  else print.line(all ? 'every device is released' : `released: ${devices.map(safe).join(', ')}`);
  return exitCodes.succeeded;
}
