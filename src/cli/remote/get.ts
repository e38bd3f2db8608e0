import type { Command } from 'commander';
import { BellcrankProblem, type PropertyView } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { named, seconds } from './arguments.ts';
import { ago } from './output/time.ts';
import { safe } from './output/text.ts';
import { valueText } from './output/value.ts';
import { qualityStyles, readingColumns, readingRow } from './readings.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface GetFlags extends RemoteFlags {
  readonly fresh?: true;
  readonly maxAge?: number;
}

export function addGet(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'get')
    .description('show the value of a property, or of all')
    .argument('<device>', 'the identifier of the device', named)
    .argument('[property]', 'one of its properties', named)
    .option('--fresh', 'ask the device now; an error where it only tells the value by itself')
    .option('--max-age <seconds>', 'ask the device unless its value is younger; as --fresh', seconds(1_000_000, true))
    .action(async (device: string, property: string | undefined, flags: GetFlags) => {
      finish(await withService(flags, context, (service) => get(device, property, flags, service), device));
    });
}

async function get(id: string, property: string | undefined, flags: GetFlags, service: Service): Promise<ExitCode> {
  const maxAgeMs = flags.fresh === true ? 0 : flags.maxAge === undefined ? undefined : flags.maxAge * 1000;
  return property === undefined ? await all(id, maxAgeMs, service) : await one(id, property, maxAgeMs, service);
}

async function one(id: string, property: string, maxAgeMs: number | undefined, service: Service): Promise<ExitCode> {
  const { print } = service;
  const reading = await read(service, id, property, maxAgeMs);
  if (print.json) print.document(reading);
  else print.line(readingLine(reading, service));
  return reading.quality === 'bad' ? exitCodes.failed : exitCodes.succeeded;
}

async function all(id: string, maxAgeMs: number | undefined, service: Service): Promise<ExitCode> {
  const { lab, print } = service;
  const readings = [...(await lab.device(id).readings())];
  const untold: string[] = [];
  if (maxAgeMs !== undefined) {
    // One after the other: they take turns on the line anyhow.
    for (const [index, { name, source }] of readings.entries()) {
      if (source === 'write-only') continue;
      const reading = await unlessOnlyTold(read(service, id, name, maxAgeMs));
      if (reading === undefined) untold.push(name);
      else readings[index] = reading;
    }
  }
  if (print.json) print.document({ items: readings });
  else if (readings.length === 0) print.line('It has no properties.');
  else {
    print.table(
      readingColumns,
      readings.map((reading) => readingRow(reading, print.now)),
    );
  }
  if (untold.length > 0)
    print.note(
      `Not asked for, since the device only tells it by itself; shown as it was last told: ${untold.join(', ')}`,
    );
  return exitCodes.succeeded;
}

/** Undefined for a value that nobody can ask for and that is older than was asked. */
async function unlessOnlyTold(reading: Promise<PropertyView>): Promise<PropertyView | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof BellcrankProblem && error.code === 'no-value') return undefined;
    throw error;
  }
}

async function read({ lab }: Service, id: string, name: string, maxAgeMs: number | undefined): Promise<PropertyView> {
  const path = `/v1/devices/${encodeURIComponent(id)}/properties/${encodeURIComponent(name)}`;
  return (await lab.http.request<PropertyView>('GET', path, { query: { maxAgeMs } })).body;
}

/** `4.98 V (good, 3 s ago, simulated)`. */
function readingLine({ value, unit, quality, at, error, simulated }: PropertyView, { print }: Service): string {
  const known = [print.paint(qualityStyles[quality], quality), ago(at, print.now)];
  const notes = [...known, ...(simulated ? ['simulated'] : []), ...(error === undefined ? [] : [safe(error)])];
  return `${print.paint('bold', safe(valueText(value, unit)))} (${notes.join(', ')})`;
}
