import type { Command } from 'commander';
import type { BucketsView, SamplesView } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { instantText } from '../instant.ts';
import { named, span, wholeNumber } from './arguments.ts';
import { CliFailure } from './failure.ts';
import { meanText } from './output/mean.ts';
import { clockTime } from './output/time.ts';
import { valueText } from './output/value.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface HistoryFlags extends RemoteFlags {
  readonly from?: string;
  readonly to?: string;
  /** Ms. */
  readonly last?: number;
  readonly points?: number;
  readonly limit?: number;
}

/** Longest page that the service gives. */
const page = 500;

export function addHistory(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'history')
    .description('show a property over time, oldest first: of the last hour if no time is given')
    .argument('<device>', 'the identifier of the device', named)
    .argument('<property>', 'one of its properties', named)
    .option('--from <time>', 'since this time (RFC 3339)', instantText)
    .option('--to <time>', 'before this time (RFC 3339); now if not given', instantText)
    .option('--last <duration>', 'in place of --from: so far back, as 90s, 15min, 2h or 7d', span)
    .option(
      '--points <number>',
      'buckets with minimum, mean and maximum in place of values: so many at most',
      wholeNumber(2000),
    )
    .option('--limit <number>', 'values at most; 1000 if not given', wholeNumber(1_000_000))
    .action(async (device: string, property: string, flags: HistoryFlags) => {
      finish(await withService(flags, context, (service) => history(device, property, flags, service), device));
    });
}

async function history(device: string, property: string, flags: HistoryFlags, service: Service): Promise<ExitCode> {
  const { from, to, last, points, limit } = flags;
  if (from !== undefined && last !== undefined)
    throw new CliFailure(exitCodes.usage, '--from and --last: leave one out');
  if (points !== undefined && limit !== undefined) {
    throw new CliFailure(exitCodes.usage, '--points and --limit: buckets have no limit; leave one out');
  }
  const end = to === undefined ? service.print.now : Date.parse(to);
  const since = last === undefined ? from : new Date(end - last).toISOString();
  const path = `/v1/devices/${encodeURIComponent(device)}/history/${encodeURIComponent(property)}`;
  const query = { from: since, to: last === undefined ? to : new Date(end).toISOString() };
  if (points === undefined) await samples(path, query, limit ?? 1000, service);
  else await buckets(path, { ...query, points }, service);
  return exitCodes.succeeded;
}

type Query = Readonly<Record<string, string | number | undefined>>;

async function buckets(path: string, query: Query, { lab, print }: Service): Promise<void> {
  const { body } = await lab.http.request<BucketsView>('GET', path, { query });
  if (print.json) return print.document(body);
  if (body.buckets.length === 0) {
    print.line(nothing(body));
    return print.note('Only numbers are put together in buckets; without --points texts and the like are listed.');
  }
  const unit = body.unit === null ? '' : ` (${body.unit})`;
  const columns = [
    { title: `TIME (UTC)${marked(body)}` },
    ...['MIN', 'MEAN', 'MAX'].map((title) => ({ title: title + unit, right: true as const })),
    { title: 'COUNT', right: true as const },
  ];
  print.table(
    columns,
    body.buckets.map(({ at, min, mean, max, count }) => [
      clockTime(at),
      String(min),
      meanText(mean, min, max),
      String(max),
      String(count),
    ]),
  );
}

async function samples(path: string, query: Query, limit: number, { lab, print }: Service): Promise<void> {
  const items: SamplesView['items'][number][] = [];
  let last: SamplesView | undefined;
  do {
    const more = { ...query, limit: Math.min(page, limit - items.length), cursor: last?.next };
    // The next page needs the span that the first one had.
    const times = last === undefined ? {} : { from: last.from, to: last.to };
    last = (await lab.http.request<SamplesView>('GET', path, { query: { ...more, ...times } })).body;
    items.push(...last.items);
  } while (last.next !== undefined && items.length < limit);
  if (print.json) return print.document({ ...last, items });
  if (items.length === 0) return print.line(nothing(last));
  const { unit } = last;
  print.table(
    [{ title: `TIME (UTC)${marked(last)}` }, { title: 'VALUE', flexible: true }],
    items.map(({ at, value }) => [clockTime(at), valueText(value, unit)]),
  );
  if (last.next !== undefined) print.note(`There is more; --limit shows more than ${limit}, --points all in buckets.`);
}

function marked({ simulated }: { readonly simulated: boolean }): string {
  return simulated ? ', simulated' : '';
}

function nothing({ from, to, simulated }: SamplesView | BucketsView): string {
  return `There are no values from ${from} to ${to}${simulated ? ' (simulated)' : ''}.`;
}
