import { isDeepStrictEqual } from 'node:util';
import type {
  Action,
  Bits,
  Definition,
  Exchange,
  Repeat,
  Step,
} from '../../drivers/declarative/definition/definition.ts';
import { separated } from './separated.ts';
import type { Template, Values } from '../../drivers/declarative/template/template.ts';

/** A property that is a field of the reply, or some bits of one. */
export interface ReadMeaning {
  readonly kind: 'read';
  readonly property: string;
  readonly field: string;
  readonly bits?: Bits;
}

/** What a message is for. */
export type Meaning =
  | ReadMeaning
  | { readonly kind: 'write'; readonly property: string }
  | { readonly kind: 'command'; readonly name: string }
  | { readonly kind: 'stop' | 'errors' | 'identify' | 'other' };

/** One message that the device understands, and where in a conversation. */
export interface Hearing {
  readonly meaning: Meaning;
  readonly exchange: Exchange;
  readonly template: Template;
  /** Options of the instance and what `each` fixed: a message with other values is for somebody else. */
  readonly known: Values;
  /** The message that comes before it, in a conversation of several. */
  readonly previous?: Hearing;
  readonly repeat?: Repeat;
  /** What is waited for before the next message: with this one it begins. */
  readonly begins: readonly Repeat[];
  /** With it the device has heard all and acts. */
  readonly isDecisive: boolean;
  /** What the device says afterwards without being asked again. */
  readonly after: readonly Exchange[];
}

/** Every message that a device of this definition understands. */
export function hearingsOf(definition: Definition): readonly Hearing[] {
  const {
    identify,
    identifyFirst = [],
    init,
    resync = [],
    stop,
    errorQueue,
    properties,
    commands,
    options,
    line,
  } = definition;
  const all: Hearing[] = [];
  const add = (meaning: Meaning, steps: readonly Step[], constants: Action['constants'] = {}): void => {
    all.push(...conversation(meaning, separated(steps, line.outTerminator), { ...options, ...constants }));
  };
  if (identify !== undefined) add({ kind: 'identify' }, [...identifyFirst, identify]);
  if (errorQueue !== undefined) add({ kind: 'errors' }, [errorQueue.exchange]);
  if (stop !== undefined) add({ kind: 'stop' }, stop.steps, stop.constants);
  for (const [name, action] of Object.entries(commands)) add({ kind: 'command', name }, action.steps, action.constants);
  for (const [property, { read, write }] of Object.entries(properties)) {
    if (write !== undefined) add({ kind: 'write', property }, write.steps, write.constants);
    if (read !== undefined) add(readMeaning(property, read), read.steps, read.constants);
  }
  add({ kind: 'other' }, init);
  add({ kind: 'other' }, resync);
  return all;
}

function readMeaning(property: string, { field, bits }: Pick<ReadMeaning, 'field' | 'bits'>): ReadMeaning {
  return { kind: 'read', property, field, ...(bits !== undefined && { bits }) };
}

/** Of a message that asks, all that its one reply tells: itself, and other properties that are read by the same one. */
export function together(hearings: readonly Hearing[], hearing: Hearing): readonly Hearing[] {
  if (hearing.meaning.kind !== 'read') return [hearing];
  const others = hearings.filter(
    ({ meaning, template, known, previous }) =>
      meaning.kind === 'read' &&
      meaning !== hearing.meaning &&
      template.text === hearing.template.text &&
      isDeepStrictEqual(known, hearing.known) &&
      (previous === undefined) === (hearing.previous === undefined),
  );
  return [hearing, ...others];
}

interface Spoken {
  readonly step: Exchange | Repeat;
  readonly exchange: Exchange;
  readonly template: Template;
  readonly index: number;
}

function conversation(meaning: Meaning, steps: readonly Step[], known: Values): Hearing[] {
  const spoken = steps.flatMap((step, index) => {
    const exchange = exchangeOf(step);
    return exchange?.send === undefined || step.kind === 'wait'
      ? []
      : [{ step, exchange, template: exchange.send, index }];
  });
  const decisive = spoken.findLast(({ step }) => step.kind === 'exchange') ?? spoken.at(-1);
  const hearings: Hearing[] = [];
  for (const [place, one] of spoken.entries()) {
    const after = followUps(steps, one, spoken[place + 1]);
    const begins = one.step.kind === 'repeat' ? [] : repeatsAfter(spoken.slice(place + 1));
    hearings.push({ ...hearing(meaning, one, known, hearings.at(-1)), isDecisive: one === decisive, after, begins });
  }
  return hearings;
}

function repeatsAfter(spoken: readonly Spoken[]): readonly Repeat[] {
  const next = spoken.findIndex(({ step }) => step.kind === 'exchange');
  return spoken.slice(0, next < 0 ? undefined : next).flatMap(({ step }) => (step.kind === 'repeat' ? [step] : []));
}

function hearing(
  meaning: Meaning,
  { step, exchange, template }: Spoken,
  known: Values,
  previous: Hearing | undefined,
): Omit<Hearing, 'isDecisive' | 'after' | 'begins'> {
  return {
    meaning,
    exchange,
    template,
    known,
    ...(previous !== undefined && { previous }),
    ...(step.kind === 'repeat' && { repeat: step }),
  };
}

/** Exchanges without a message of their own, up to the next that has one. */
function followUps(steps: readonly Step[], from: Spoken, to: Spoken | undefined): readonly Exchange[] {
  return steps
    .slice(from.index + 1, to?.index ?? steps.length)
    .map(exchangeOf)
    .filter((exchange): exchange is Exchange => exchange !== undefined);
}

function exchangeOf(step: Step): Exchange | undefined {
  if (step.kind === 'wait') return undefined;
  return step.kind === 'repeat' ? step.exchange : step;
}

/** Whether it changes the device. */
export function acts({ meaning }: Hearing): boolean {
  return meaning.kind === 'write' || meaning.kind === 'command' || meaning.kind === 'stop';
}
