import { BellcrankError, type Confirmation, tellsAll } from '../../../src/driver/index.ts';
import { Float, type Template, type Value } from '../template/index.ts';
import { type Config, Unsupported } from './config.ts';
import { Heard } from './heard.ts';
import type { Action, FieldWrite, Sending, Source, Told } from './parts.ts';

/** What the text of a state means; undefined for what it may not be. */
export type Meaning = (text: string, heard: Heard) => Told;

export const nothing: Told = { kind: 'nothing' };
export const none: Told = { kind: 'none' };
export const told = (value: unknown): Told => ({ kind: 'value', value });
export const problem = (what: string): Told => ({ kind: 'problem', problem: what });

/** How a value goes out. */
export interface Command {
  readonly topic: string;
  payload(value: Value, more?: Readonly<Record<string, Value>>): string;
}

/** What component readers are made of: sources, commands, and what confirms a command. */
export class Reader {
  readonly config: Config;
  /** What a state that follows is worth: programs that tell it before the device does only acknowledge. */
  readonly #worth: Confirmation;
  readonly #commandTopics = new Set<string>();

  constructor(config: Config, worth: Confirmation) {
    this.config = config;
    this.#worth = worth;
  }

  source(topicKey: string, templateKey: string, meaning: Meaning): Source | undefined {
    const topic = this.config.topic(topicKey);
    if (topic === undefined) return undefined;
    return sourceOf(topic, this.config.template(templateKey), meaning);
  }

  /** All on which the component is sent anything. */
  get commandTopics(): ReadonlySet<string> {
    return this.#commandTopics;
  }

  needCommandTopic(): string {
    const topic = this.config.needTopic('command_topic');
    this.#commandTopics.add(topic);
    return topic;
  }

  command(topicKey: string, templateKey: string): Command | undefined {
    const topic = this.config.topic(topicKey);
    if (topic === undefined) return undefined;
    this.#commandTopics.add(topic);
    return commandOf(topic, this.config.template(templateKey), templateKey);
  }

  needCommand(topicKey: string, templateKey: string): Command {
    const command = this.command(topicKey, templateKey);
    if (command === undefined) throw new Unsupported(`it has no ${topicKey}`);
    return command;
  }

  /**
   * The write of a property. A state confirms it unless the description says that states are assumed, or the state is
   * told where the command is sent: that is nobody's word but ours.
   */
  write(
    command: Command | undefined,
    source: Source | undefined,
    payload: (value: unknown) => Value,
    more: WriteOptions = {},
  ): FieldWrite | undefined {
    if (command === undefined) return undefined;
    const shows = this.shows(command, source, more.optimisticKey);
    const send = (value: unknown): Sending => ({
      topic: command.topic,
      payload: command.payload(payload(value), more.variables?.(value)),
      ...(shows && {
        shown: {
          topic: shows.topic,
          by: (heard, before) =>
            tells(shows.tell(heard), value, more.tolerance) ||
            tellsRounded(shows, heard, before, value, more.rounds) ||
            (more.onItsWay === true &&
              before !== undefined &&
              comesNearer(shows.tell(before), shows.tell(heard), value)),
        },
      }),
    });
    const worth = more.onItsWay === true ? 'acknowledged' : this.#worth;
    return { confirmation: shows ? worth : 'sent', send, ...(more.schema && { schema: more.schema }) };
  }

  /** What tells a state that this command asks for; undefined if nothing does. */
  shows(command: Command, source: Source | undefined, optimisticKey = 'optimistic'): Source | undefined {
    return source === undefined || source.topic === command.topic || this.config.flag(optimisticKey)
      ? undefined
      : source;
  }

  /** A command without parameters that a state answers, if there is one. */
  action(
    its: Pick<Action, 'suffix' | 'summary' | 'effect'>,
    command: Command,
    payload: string,
    more: ActionOptions = {},
  ): Action {
    const shows = more.answers && this.shows(command, more.source);
    const { answers: wanted = [], after = {} } = more;
    const send = (): Sending => ({
      topic: command.topic,
      payload: command.payload(payload),
      ...(shows && {
        shown: {
          topic: shows.topic,
          by(heard, before) {
            const answer = wanted.find((value) => tells(shows.tell(heard), value));
            if (answer === undefined || !Object.hasOwn(after, answer)) return answer !== undefined;
            return before !== undefined && after[answer]?.some((value) => tells(shows.tell(before), value)) === true;
          },
        },
      }),
    });
    const worth = more.acknowledged === true ? 'acknowledged' : this.#worth;
    return {
      ...its,
      params: { type: 'object', properties: {}, additionalProperties: false },
      confirmation: shows ? worth : 'sent',
      send,
    };
  }

  get worth(): Confirmation {
    return this.#worth;
  }
}

export interface WriteOptions {
  readonly schema?: FieldWrite['schema'];
  readonly tolerance?: number;
  /** The device holds it in other steps: so far it may be off, where it has come nearer. */
  readonly rounds?: number | undefined;
  readonly optimisticKey?: string;
  /** It takes its time, and tells its place on its way: that it comes nearer shows that it was taken. */
  readonly onItsWay?: true;
  /** What the template sees beside `value`. */
  variables?(value: unknown): Readonly<Record<string, Value>>;
}

export interface ActionOptions {
  readonly source?: Source | undefined;
  /** States, any of which answers it. */
  readonly answers?: readonly string[];
  /** Those that answer it only after one of these. */
  readonly after?: Readonly<Record<string, readonly string[]>>;
  /** The answers show that it was taken, not that it is done. */
  readonly acknowledged?: true;
}

export function tells(what: Told, value: unknown, tolerance = 0): boolean {
  return what.kind === 'value' && tellsAll(value, what.value, Math.max(tolerance, rounding(value)));
}

/** Firmware holds fractions in single precision, and may print what it holds: 21.3 as `21.299999`. */
function rounding(value: unknown): number {
  return typeof value === 'number' && !Number.isInteger(value) ? Math.abs(value) * 1.2e-7 + 1e-6 : 0;
}

/** A device that told the like before has not moved, and says nothing. */
export function tellsRounded(
  { tell }: Pick<Source, 'tell'>,
  heard: Heard,
  before: Heard | undefined,
  value: unknown,
  most = 0,
): boolean {
  const isNear = most > 0 && before !== undefined && tells(tell(heard), value, most);
  return isNear && comesNearer(tell(before), tell(heard), value);
}

function comesNearer(before: Told, now: Told, target: unknown): boolean {
  const distance = (told: Told): number =>
    told.kind === 'value' ? Math.abs(Number(told.value) - Number(target)) : NaN;
  return distance(now) < distance(before);
}

export function sourceOf(topic: string, template: Template | undefined, meaning: Meaning): Source {
  return {
    topic,
    tell(heard) {
      const rendered = template === undefined ? { text: heard.text } : template.render(heard.lookup);
      if ('problem' in rendered) return rendered.expected ? nothing : problem(rendered.problem);
      return rendered.text === 'None' ? none : meaning(rendered.text, heard);
    },
  };
}

/** Without a template the value itself is sent, as Python would write it. */
export function commandOf(topic: string, template: Template | undefined, key: string): Command {
  return {
    topic,
    payload(value, more = {}) {
      if (template === undefined) return plain(value);
      const rendered = template.render((name) =>
        name === 'value' ? value : Object.hasOwn(more, name) ? more[name] : undefined,
      );
      if ('text' in rendered) return rendered.text;
      throw new BellcrankError('invalid-request', `${key} of the device makes no payload of this: ${rendered.problem}`);
    },
  };
}

function plain(value: Value): string {
  if (value instanceof Float) return String(value.value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number for a template: whole ones are ints, as Home Assistant sends them. */
export function numberValue(value: unknown): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new Float(number);
}

export { Heard };
