import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../device/device.ts';
import type { Registry } from '../../device/registry.ts';
import { BellcrankError } from '../../errors.ts';
import { labelMatches } from '../../expression/label.ts';
import type { Attempt, Gate } from '../gate.ts';
import { type Judgement, judge } from './judge.ts';
import { compileInterlock, forbids, type Interlock, type InterlockSettings } from './rule.ts';
import { whyNot } from './words.ts';

/** One interlock of a device, and how it stands. */
export interface InterlockState {
  readonly rule: Interlock;
  readonly judgement: Judgement;
}

/** The rules of one device, while its labels are these. */
interface Known {
  readonly labels: Device['labels'];
  readonly rules: readonly Interlock[];
}

const none: readonly Interlock[] = [];

/** Forbids commands while their interlocks do not hold. It keeps no values: every answer is judged anew. */
export class Interlocks implements Gate {
  readonly #registry: Pick<Registry, 'find'>;
  #rules: readonly Interlock[] = [];
  #byDevice = new Map<string, Interlock[]>();
  #byLabel: readonly Interlock[] = [];
  /** Labels are replaced whole when they change, so the object tells whether they did. */
  #known = new WeakMap<Device, Known>();

  constructor(settings: readonly InterlockSettings[], registry: Pick<Registry, 'find'>) {
    this.#registry = registry;
    this.configure(settings);
  }

  /** All at once: there is no moment without rules. One that is as it was stays the same object. Throws what is wrong. */
  configure(settings: readonly InterlockSettings[]): void {
    const rules = settings.map((each) => this.#rules.find((rule) => isSame(rule, each)) ?? compileInterlock(each));
    this.#rules = rules;
    this.#byLabel = rules.filter(({ device }) => device === undefined);
    this.#byDevice = new Map();
    for (const rule of rules) {
      if (rule.device !== undefined)
        this.#byDevice.set(rule.device, [...(this.#byDevice.get(rule.device) ?? []), rule]);
    }
    this.#known = new WeakMap();
  }

  check(attempt: Attempt): BellcrankError | undefined {
    const { device, command, effect } = attempt;
    if (effect === 'read') return undefined;
    for (const rule of this.rulesOf(device)) {
      if (!forbids(rule, attempt)) continue;
      const judgement = this.judge(rule, device);
      if (judgement.satisfied) continue;
      const detail = `interlock ${rule.name} forbids ${command} on ${device.id} ${whyNot(rule, judgement)}`;
      return new BellcrankError('interlocked', detail, { outcome: 'not-sent', reason: 'interlocked' });
    }
    return undefined;
  }

  /** How each interlock of a device stands now, whatever it forbids. */
  describe(device: Device): InterlockState[] {
    return this.rulesOf(device).map((rule) => ({ rule, judgement: this.judge(rule, device) }));
  }

  rulesOf(device: Device): readonly Interlock[] {
    const known = this.#known.get(device);
    if (known !== undefined && known.labels === device.labels) return known.rules;
    const own = this.#byDevice.get(device.id) ?? none;
    if (own.length + this.#byLabel.length === 0) return none;
    const labelled = this.#byLabel.filter(({ label = '' }) => labelMatches(label, device.labels));
    const rules = [...own, ...labelled];
    this.#known.set(device, { labels: device.labels, rules });
    return rules;
  }

  judge(rule: Interlock, device: Device): Judgement {
    return judge(rule, device, (id) => this.#registry.find(id));
  }
}

/** Whether a rule is made of these settings. */
function isSame({ expression: _, ...rule }: Interlock, settings: InterlockSettings): boolean {
  return isDeepStrictEqual(rule, settings);
}
