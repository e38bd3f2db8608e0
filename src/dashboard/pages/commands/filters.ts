import type { CommandView } from '../../../client/index.ts';

/** What the history can be asked for; as `GET /v1/commands` takes it, and as it stands in the page's address. */
export const filterNames = ['device', 'command', 'outcome', 'state', 'by', 'simulated', 'from', 'to'] as const;

export type FilterName = (typeof filterNames)[number];

export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export const outcomes = ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'] as const;
export const states = ['queued', 'sent', 'ended'] as const;

const choices: Readonly<Partial<Record<FilterName, readonly string[]>>> = {
  outcome: outcomes,
  state: states,
  simulated: ['true', 'false'],
};

/** What stands in an address and can be asked for; the rest is left out. */
export function filtersIn(search: URLSearchParams): Filters {
  const entries = filterNames.flatMap((name) => {
    const value = search.get(name)?.slice(0, 200) ?? '';
    return value !== '' && fits(name, value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

function fits(name: FilterName, value: string): boolean {
  if (name === 'from' || name === 'to') return !Number.isNaN(Date.parse(value));
  return choices[name]?.includes(value) ?? true;
}

export function searchOf(filters: Filters): URLSearchParams {
  return new URLSearchParams(filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])));
}

/** Whether a command is one that the filters ask for: what the service would say. */
export function matches(command: CommandView, filters: Filters): boolean {
  const at = Date.parse(command.submittedAt);
  if (filters.from !== undefined && at < Date.parse(filters.from)) return false;
  if (filters.to !== undefined && at >= Date.parse(filters.to)) return false;
  if (filters.simulated !== undefined && String(command.simulated) !== filters.simulated) return false;
  return (['device', 'command', 'outcome', 'state', 'by'] as const).every(
    (name) => filters[name] === undefined || command[name] === filters[name],
  );
}
