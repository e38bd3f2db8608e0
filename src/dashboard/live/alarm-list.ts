import type { AlarmView } from '../../client/index.ts';

const maxOver = 100;
const ranks = { active: 0, acknowledged: 1, cleared: 2 } as const;

/** Alarms that somebody still has to see, and the latest others: active first, newest first. */
export class AlarmList {
  readonly #byId = new Map<string, AlarmView>();
  #items: readonly AlarmView[] | undefined = [];

  reset(alarms: readonly AlarmView[]): void {
    for (const [id, { open }] of this.#byId) if (open) this.#byId.delete(id);
    for (const alarm of alarms) this.put(alarm);
    this.#items = undefined;
  }

  put(alarm: AlarmView): void {
    this.#byId.set(alarm.id, alarm);
    this.#items = undefined;
    this.#tidy();
  }

  get items(): readonly AlarmView[] {
    this.#items ??= [...this.#byId.values()].sort(
      (a, b) => ranks[a.state] - ranks[b.state] || Date.parse(b.raisedAt) - Date.parse(a.raisedAt),
    );
    return this.#items;
  }

  #tidy(): void {
    const over = [...this.#byId.values()].filter(({ open }) => !open);
    for (const { id } of over.slice(0, Math.max(0, over.length - maxOver))) this.#byId.delete(id);
  }
}
