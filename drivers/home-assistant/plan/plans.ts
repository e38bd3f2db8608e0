import type { Model } from '../../../src/driver/index.ts';
import { filled, marked } from '../announced/marks.ts';
import type { Alike, DeviceRecord } from '../announced/record.ts';
import type { Templates } from '../template/index.ts';
import { neverADevices, type Refusal } from './command-topics.ts';
import { type Plan, planOf, type PlanSettings } from './plan.ts';

/** Plans that are looked for; more than that are devices like no other. */
const maxPlans = 20_000;

type PlanTerms = Pick<PlanSettings, 'replyTimeoutMs'>;

const none: readonly string[] = [];

/** A plan as one device has it: its topics have marks where the device says its own words. */
export class OwnPlan {
  readonly plan: Plan;
  readonly #words: readonly string[];

  constructor(plan: Plan, words: readonly string[] = none) {
    this.plan = plan;
    this.#words = words;
  }

  /** A topic of the plan as it is on the broker. */
  topic(planned: string): string {
    return filled(planned, this.#words);
  }

  get commandTopics(): readonly string[] {
    return this.plan.topics.commands.map((planned) => this.topic(planned));
  }

  /** Which topic of the plan one on the broker is. */
  planned(topic: string): string {
    const planned = marked(topic, this.#words);
    if (this.plan.topics.all.includes(planned)) return planned;
    // Two words may stand in each other.
    return this.plan.topics.all.find((each) => this.topic(each) === topic) ?? topic;
  }

  /** The same for another plan, as which its owner wants it to be stopped. */
  with(plan: Plan): OwnPlan {
    return plan === this.plan ? this : new OwnPlan(plan, this.#words);
  }
}

/** One plan for all devices of one make, for as long as there is any: it is the largest part of what is kept of them. */
export class Plans {
  readonly #templates: Templates;
  readonly #prefix: string;
  readonly #byKey = new Map<string, WeakRef<Plan>>();

  constructor(templates: Templates, prefix: string) {
    this.#templates = templates;
    this.#prefix = prefix;
  }

  /** `intern` gives the one instance of a model; what others have is left out. */
  of(record: DeviceRecord, { replyTimeoutMs }: PlanTerms, intern: (model: Model) => Model, others: Refusal): OwnPlan {
    const refusal = neverADevices(this.#prefix);
    const plan = this.#of(record, { replyTimeoutMs, refusal }, intern);
    if (plan.commandTopics.every((topic) => others(topic) === undefined)) return plan;
    const settings = { replyTimeoutMs, refusal: (topic: string) => refusal(topic) ?? others(topic) };
    const rest = planOf(record.read(this.#prefix), this.#templates, settings);
    return new OwnPlan({ ...rest, model: intern(rest.model) });
  }

  #of(record: DeviceRecord, settings: PlanSettings, intern: (model: Model) => Model): OwnPlan {
    const known = planOf(record.read(this.#prefix), this.#templates, settings);
    const own = { ...known, model: intern(known.model) };
    const alike = record.alike(this.#prefix);
    if (alike === undefined) return new OwnPlan(own);
    const shared = new OwnPlan(this.#shared(alike, settings, intern) ?? own, alike.words);
    return isSame(shared, own) ? shared : new OwnPlan(own);
  }

  #shared(alike: Alike, settings: PlanSettings, intern: (model: Model) => Model): Plan | undefined {
    const key = `${settings.replyTimeoutMs} ${alike.key}`;
    const known = this.#byKey.get(key)?.deref();
    if (known !== undefined) return known;
    const read = alike.read();
    if (read === undefined) return undefined;
    const made = planOf(read, this.#templates, settings);
    const plan = { ...made, model: intern(made.model) };
    if (this.#byKey.size >= maxPlans) this.#sweep();
    this.#byKey.set(key, new WeakRef(plan));
    return plan;
  }

  #sweep(): void {
    for (const [key, plan] of this.#byKey) if (plan.deref() === undefined) this.#byKey.delete(key);
    if (this.#byKey.size >= maxPlans) this.#byKey.clear();
  }
}

/** Whether a plan that is shared says what the device's own would, on the same topics. */
function isSame(shared: OwnPlan, own: Plan): boolean {
  const topics = shared.plan.topics.all;
  return (
    shared.plan.model === own.model &&
    topics.length === own.topics.all.length &&
    topics.every((topic, at) => shared.topic(topic) === own.topics.all[at])
  );
}
