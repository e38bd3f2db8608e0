import type { Clock, Timer } from '../clock.ts';
import type { AuditSink } from './sink.ts';
import type { AuditEntry } from './entry.ts';

const windowMs = 60_000;
/** Entries of one kind in a window; the others are counted. */
const perKind = 10;
/** Kinds in a window, of those whose name is proven and of the others; what is of none of them is of one. */
const maxKinds = 100;

interface Kind {
  readonly entry: AuditEntry;
  count: number;
}

/**
 * For what anybody can cause as often as they like: of each who, where from and why the first few are taken down, and
 * at the end of the minute how many there were.
 */
export class Rationed implements AuditSink {
  readonly #audit: AuditSink;
  readonly #clock: Clock;
  /** Apart, so that nobody without a name crowds out who has one. */
  readonly #named = new Map<string, Kind>();
  readonly #nameless = new Map<string, Kind>();
  #timer: Timer | undefined;

  constructor(audit: AuditSink, clock: Clock) {
    this.#audit = audit;
    this.#clock = clock;
  }

  add(entry: AuditEntry): void {
    const kind = this.#kindOf(entry);
    kind.count++;
    if (kind.count <= perKind) this.#audit.add(entry);
    this.#timer ??= this.#clock.timer(windowMs, () => this.flush());
  }

  /** Says now what there was too much of. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const kinds of [this.#named, this.#nameless]) {
      for (const [name, kind] of kinds) this.#sumUp(name, kind);
      kinds.clear();
    }
  }

  #sumUp(name: string, { entry, count }: Kind): void {
    if (count <= perKind) return;
    const { by, from, outcome, code } = name === others ? { ...entry, by: 'several', from: undefined } : entry;
    const detail = `${count} times within ${windowMs / 1000} s, of which the first ${perKind} stand by themselves`;
    this.#audit.add({ what: 'repeated', by, from, outcome, code, params: { count }, detail });
  }

  #kindOf(entry: AuditEntry): Kind {
    const name = `${entry.by}\n${entry.from ?? ''}\n${entry.code ?? ''}`;
    const kinds = entry.by === 'anonymous' ? this.#nameless : this.#named;
    const known = kinds.get(name) ?? (kinds.size < maxKinds ? undefined : kinds.get(others));
    if (known !== undefined) return known;
    const kind = { entry, count: 0 };
    kinds.set(kinds.size < maxKinds ? name : others, kind);
    return kind;
  }
}

const others = '*';
