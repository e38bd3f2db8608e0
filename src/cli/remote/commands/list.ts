import type { CommandFilter, CommandView } from '../../../client/index.ts';
import { outcomeStyles } from '../explain/outcome.ts';
import type { Cell } from '../output/table.ts';
import { clockTime } from '../output/time.ts';
import type { Service } from '../service.ts';

const columns = [
  { title: 'TIME' },
  { title: 'DEVICE' },
  { title: 'COMMAND' },
  { title: 'OUTCOME' },
  { title: 'ID' },
  { title: 'PARAMETERS', flexible: true },
  { title: 'NOTE', flexible: true },
] as const;

/** Longest page that the service gives. */
const page = 500;

export async function listCommands(
  { limit = 50, ...filter }: CommandFilter & { readonly limit?: number },
  service: Service,
): Promise<void> {
  const { lab, print } = service;
  const { device, command, outcome, by, from, to } = filter;
  const items: CommandView[] = [];
  let cursor: string | undefined;
  do {
    const rest = Math.min(page, limit - items.length);
    const found = await lab.commands({ device, command, outcome, by, from, to, limit: rest, cursor });
    items.push(...found.items);
    cursor = found.next;
  } while (cursor !== undefined && items.length < limit);
  if (print.json) print.document({ items, ...(cursor === undefined ? {} : { next: cursor }) });
  else if (items.length === 0) print.line('There are no such commands.');
  else print.table(columns, items.map(row));
}

function row(command: CommandView): readonly Cell[] {
  const { submittedAt, device, command: name, state, outcome, id, params, simulated, error, reason } = command;
  const notes = [simulated ? 'simulated' : '', reason ?? '', error?.detail ?? ''].filter((note) => note !== '');
  const how = outcome ?? state;
  const style = outcomeStyles[how];
  const given = params === undefined ? '' : JSON.stringify(params);
  return [
    clockTime(submittedAt),
    device,
    name,
    style === undefined ? how : { text: how, style },
    id,
    given === '{}' ? '' : given,
    notes.join(', '),
  ];
}
