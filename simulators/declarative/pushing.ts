import { BellcrankError, type Clock } from '../../src/driver/index.ts';
import type { Timer } from '../../src/clock.ts';
import type { Definition, UnsolicitedRule } from '../../drivers/declarative/definition/definition.ts';

/** What a device sends unasked: a property's value every so often, for as long as it runs. */
export class Pushing {
  readonly #timers = new Map<string, Timer>();
  readonly #clock: Clock;
  readonly #push: (property: string, rule: UnsolicitedRule) => void;

  /** Throws `invalid-request` for a property that no rule reports. */
  constructor(definition: Definition, clock: Clock, push: (property: string, rule: UnsolicitedRule) => void) {
    this.#clock = clock;
    this.#push = push;
    const pushes = definition.simulator.pushes.map((one) => ({ ...one, rule: ruleFor(definition, one.property) }));
    for (const { property, everyMs, rule } of pushes) this.#arm(property, rule, everyMs);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #arm(property: string, rule: UnsolicitedRule, everyMs: number): void {
    const timer = this.#clock.timer(everyMs, () => {
      this.#arm(property, rule, everyMs);
      this.#push(property, rule);
    });
    this.#timers.set(property, timer);
  }
}

function ruleFor({ unsolicited, model }: Definition, property: string): UnsolicitedRule {
  const rule = unsolicited.find(({ report }) => report[property] !== undefined);
  if (rule !== undefined) return rule;
  throw new BellcrankError(
    'invalid-request',
    `${model.name}: no unsolicited rule reports ${property}, which is pushed`,
  );
}
