import type { CommandChange } from '../../client/index.ts';

const maxCommands = 200;
const ranks = { queued: 0, sent: 1, ended: 2 } as const;

/** The latest commands, newest first. What is told twice stands as it came furthest. */
export class CommandList {
  readonly #byId = new Map<string, CommandChange>();
  #items: readonly CommandChange[] | undefined = [];

  put(command: CommandChange): void {
    const known = this.#byId.get(command.id);
    if (known !== undefined && rankOf(command) < rankOf(known)) return;
    this.#byId.set(command.id, command);
    this.#items = undefined;
  }

  get items(): readonly CommandChange[] {
    this.#items ??= this.#newest();
    return this.#items;
  }

  /** Looking at it forgets what is beyond the bound; so does a multiple of it, unlooked at. */
  tidy(): void {
    if (this.#byId.size > 4 * maxCommands) this.#items = this.#newest();
  }

  #newest(): readonly CommandChange[] {
    const sorted = [...this.#byId.values()].sort((a, b) => newerFirst(a, b));
    for (const { id } of sorted.slice(maxCommands)) this.#byId.delete(id);
    return sorted.slice(0, maxCommands);
  }
}

function rankOf({ state, resolvedLate }: CommandChange): number {
  return ranks[state] + (resolvedLate === true ? 1 : 0);
}

function newerFirst(a: CommandChange, b: CommandChange): number {
  const byTime = Date.parse(b.submittedAt) - Date.parse(a.submittedAt);
  if (byTime !== 0) return byTime;
  return a.id < b.id ? 1 : -1;
}
