import type { AlarmView } from '../../client/index.ts';

const maxCleared = 100;
const ranks = { active: 0, acknowledged: 1, cleared: 2 } as const;

/** Alarms that are there, and the latest that were: active first, newest first. */
export class AlarmList {
  readonly #byId = new Map<string, AlarmView>();
  #items: readonly AlarmView[] | undefined = [];

  reset(alarms: readonly AlarmView[]): void {
    for (const [id, { state }] of this.#byId) if (state !== 'cleared') this.#byId.delete(id);
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
    const cleared = [...this.#byId.values()].filter(({ state }) => state === 'cleared');
    for (const { id } of cleared.slice(0, Math.max(0, cleared.length - maxCleared))) this.#byId.delete(id);
  }
}
