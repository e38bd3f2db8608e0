import { type Config, Unsupported } from './config.ts';
import type { Heard } from './heard.ts';
import { sourceOf, tells, told } from './reader.ts';
import type { Source } from './parts.ts';

/** One topic that tells whether something is there. */
export interface AvailabilityRule {
  readonly topic: string;
  /** Undefined for what says neither. */
  readonly tell: (heard: Heard) => boolean | undefined;
}

/** When something is there (Home Assistant docs, "MQTT", "Using availability topics"). */
export interface Availability {
  /** Equal for equal descriptions. */
  readonly key: string;
  readonly mode: 'all' | 'any' | 'latest';
  readonly rules: readonly AvailabilityRule[];
}

const modes = ['all', 'any', 'latest'] as const;

export function availabilityOf(config: Config): Availability | undefined {
  const entries = config.objects('availability')?.filter((entry) => entry.has('topic')) ?? [];
  const rules = entries.map((entry) => ruleOf(entry, 'topic', 'value_template'));
  if (config.has('availability_topic')) rules.push(ruleOf(config, 'availability_topic', 'availability_template'));
  if (rules.length === 0) return undefined;
  if (rules.length > 20) throw new Unsupported('it has more than 20 availability topics');
  const mode = modes.find((name) => name === config.textOr('availability_mode', 'latest'));
  if (mode === undefined) throw new Unsupported('its availability_mode is none of all, any, latest');
  const key = JSON.stringify([mode, rules.map((rule) => rule.key)]);
  return { mode, rules: rules.map(({ topic, tell }) => ({ topic, tell })), key };
}

function ruleOf(config: Config, topicKey: string, templateKey: string): AvailabilityRule & { readonly key: string } {
  const topic = config.needTopic(topicKey);
  const [here, away] = [
    config.textOr('payload_available', 'online'),
    config.textOr('payload_not_available', 'offline'),
  ];
  const source: Source = sourceOf(topic, config.template(templateKey), (text) => told(text));
  return {
    topic,
    key: JSON.stringify([topic, here, away, config.raw(templateKey)]),
    tell(heard) {
      const what = source.tell(heard);
      if (tells(what, here)) return true;
      return tells(what, away) ? false : undefined;
    },
  };
}

/** What its topics have told so far. */
export class Present {
  readonly #availability: Availability;
  /** By rule. Made for several: of one the latest says it all. */
  readonly #told: (boolean | undefined)[] | undefined;
  #latest: boolean | undefined;
  /** How often it went. */
  leaves = 0;

  get key(): string {
    return this.#availability.key;
  }

  constructor(availability: Availability) {
    this.#availability = availability;
    const { rules } = availability;
    if (rules.length > 1) this.#told = rules.map(() => undefined);
  }

  /** `topic`: as the rules have it. */
  hear(topic: string, heard: Heard): void {
    const before = this.here;
    this.#availability.rules.forEach((rule, at) => {
      const here = rule.topic === topic ? rule.tell(heard) : undefined;
      if (here === undefined) return;
      if (this.#told !== undefined) this.#told[at] = here;
      this.#latest = here;
    });
    const { here } = this;
    if (here === false && here !== before) this.leaves++;
  }

  /** Undefined while nobody has told enough. */
  get here(): boolean | undefined {
    const { mode } = this.#availability;
    if (mode === 'latest' || this.#told === undefined) return this.#latest;
    if (mode === 'all') return this.#told.includes(false) ? false : this.#whole(true);
    return this.#told.includes(true) ? true : this.#whole(false);
  }

  #whole(value: boolean): boolean | undefined {
    return this.#told?.every((told) => told === value) === true ? value : undefined;
  }
}
