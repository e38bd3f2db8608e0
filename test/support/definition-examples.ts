import { isDeepStrictEqual } from 'node:util';
import type { Definition, DefinitionSource, Example } from '../../drivers/declarative/definition/definition.ts';
import { readReply, refusalIn } from '../../drivers/declarative/session/judge.ts';
import { valueOf } from '../../drivers/declarative/session/reads.ts';
import { messageOf } from '../../drivers/declarative/session/message.ts';
import type { Known } from '../../drivers/declarative/session/values.ts';
import { parseBytes } from '../../drivers/declarative/template/parse.ts';
import { DeviceBehaviour } from '../../simulators/declarative/behaviour.ts';
import type { Hearing } from '../../simulators/declarative/hearings.ts';
import { initialState } from '../../simulators/declarative/initial.ts';
import { lastMessage } from '../../simulators/declarative/separated.ts';
import { type Answer, Unit } from '../../simulators/declarative/unit.ts';
import { latin1, messageOf as textOf } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { calm } from './definition-calm.ts';

/** One exchange of the manual's, and what it is an example of. */
export interface Told {
  readonly example: Example;
  readonly send: Uint8Array;
  readonly frames: readonly Uint8Array[] | undefined;
  /** The messages that it may be an example of. */
  readonly hearings: readonly Hearing[];
  readonly values: Known;
}

/** The device of an example, as it is before the example. */
export function unitFor(source: DefinitionSource, { options, read = {} }: Example): Unit {
  const definition = calm(source).compile({ ...source.largest.options, ...options });
  const clock = new VirtualClock();
  const unit = new Unit(new DeviceBehaviour(definition, initialState(definition, clock), clock, 1), clock);
  for (const [property, value] of Object.entries(read)) unit.behaviour.set(property, value);
  return unit;
}

/** Undefined for what the device says unasked, and for bytes that are no property's and no command's. */
export function toldBy({ hearings }: Pick<Unit, 'hearings'>, example: Example): Told | undefined {
  const { send, reply, read = {}, write = {}, command, identify } = example;
  if (send === undefined) return undefined;
  const isMeant = ({ meaning }: Hearing): boolean =>
    (meaning.kind === 'read' && meaning.property in read) ||
    (meaning.kind === 'write' && meaning.property in write) ||
    (meaning.kind === 'command' && meaning.name === command?.name) ||
    (meaning.kind === 'identify' && identify === true);
  const meant = hearings.filter(isMeant);
  if (meant.length === 0) return undefined;
  const [value] = Object.values(write);
  return {
    example,
    send: parseBytes(send),
    frames: reply?.map(parseBytes),
    hearings: meant,
    values: { ...command?.params, ...(value !== undefined && { value }) },
  };
}

/** What of a definition's driver and simulator is not as the manual's examples have it. */
export function exampleFindings(source: DefinitionSource): string[] {
  return source.largest.examples.flatMap((example) => {
    const unit = unitFor(source, example);
    const told = toldBy(unit, example);
    if (told === undefined) return [];
    return [...driverFindings(unit.definition, told), ...simulatorFindings(unit, told)].map(
      (finding) => `${example.path.join('.')}: ${finding}`,
    );
  });
}

/** The messages that an example is of, as the driver prints them. */
function messagesOf(definition: Definition, { example, hearings, values }: Told) {
  return hearings.map((hearing) => {
    const known = { ...definition.options, ...defaultsOf(definition, example), ...values, ...hearing.known };
    return { hearing, message: messageOf(hearing.exchange, known, new Uint8Array()) };
  });
}

/** Several messages in one: the last of them is the one that the simulator answers. */
function isSaidBy({ line }: Definition, { send }: Told, text: string): boolean {
  return text === latin1(send) || text === latin1(lastMessage(send, line.outTerminator));
}

/** Those of them whose bytes are the example's: with several steps it is about one of them. */
export function sentBy(definition: Definition, told: Told): readonly Hearing[] {
  return messagesOf(definition, told)
    .filter(({ message }) => isSaidBy(definition, told, message.text))
    .map(({ hearing }) => hearing);
}

function driverFindings(definition: Definition, told: Told): string[] {
  const { example, frames } = told;
  const messages = messagesOf(definition, told);
  const all = messages.filter(({ message }) => isSaidBy(definition, told, message.text));
  const [sent] = all;
  if (sent === undefined) {
    return [`the driver sends ${messages.map(({ message }) => JSON.stringify(message.text)).join(' or ')}`];
  }
  if (frames === undefined) return sent.hearing.exchange.expect.length > 0 ? ['the driver waits for a reply'] : [];
  // Properties of one reply must all be right.
  const judged = sent.hearing.meaning.kind === 'read' ? all : [sent];
  return judged.flatMap(({ hearing, message }) =>
    wrongReply(example, hearing, message.known, frames).map((one) => `the driver reads ${one}`),
  );
}

function defaultsOf({ commands }: Definition, { command }: Example): Known {
  return command === undefined ? {} : (commands[command.name]?.defaults ?? {});
}

/** What the frames tell instead of what the example says that they tell. */
function wrongReply(
  example: Example,
  { exchange, meaning }: Hearing,
  known: Known,
  frames: readonly Uint8Array[],
): string[] {
  const [first] = frames;
  const refusal = first === undefined ? undefined : refusalIn(first, exchange, known);
  if (refusal !== undefined || example.error !== undefined) {
    return refusal?.device?.code === example.error
      ? []
      : [`the error ${refusal?.device?.code ?? 'that there is none'}`];
  }
  try {
    const fields = readReply(frames, exchange, known);
    if (meaning.kind === 'read') {
      const value = valueOf(meaning.property, meaning, fields);
      return isDeepStrictEqual(value, example.read?.[meaning.property])
        ? []
        : [`${meaning.property} ${JSON.stringify(value)}`];
    }
    const wanted = resultOf(example);
    const wrong = Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(fields[name], value));
    return wrong.map(([name]) => `${name} ${JSON.stringify(fields[name])}`);
  } catch (error) {
    return [textOf(error)];
  }
}

function resultOf({ command }: Example): Known {
  return (command?.result ?? {}) as Known;
}

function simulatorFindings(unit: Unit, told: Told): string[] {
  const { behaviour } = unit;
  const { example, values } = told;
  if (example.error !== undefined) behaviour.refuseNext(example.error);
  const answers = answersOf(unit, told);
  if (answers === undefined) return ['the simulator does not understand it'];
  const meant = sentBy(unit.definition, told);
  const sets = meant.flatMap(({ meaning }) => Object.entries(behaviour.effects(meaning, values)));
  const changed = sets.filter(([name, value]) => !isDeepStrictEqual(behaviour.read(name), value));
  const wrong = example.error === undefined ? changed.map(([name]) => `the simulator does not set ${name}`) : [];
  const [frames = []] = answers.map((answer) => answer.frames);
  if (example.error !== undefined && frames.length === 0) return queueFindings(unit, example.error);
  const replies = meant
    .filter(({ exchange }) => exchange.expect.length > 0)
    .map((hearing) => wrongReply(example, hearing, { ...hearing.known, ...values }, frames));
  const [best = []] = replies.toSorted((a, b) => a.length - b.length);
  return [...wrong, ...best.map((one) => `the simulator tells ${one}`)];
}

/** What answers the last of the messages that the bytes are. */
function answersOf(unit: Unit, { send }: Told): readonly Answer[] | undefined {
  const { outTerminator } = unit.definition.line;
  const last = lastMessage(send, outTerminator);
  const before = send.subarray(0, send.length - last.length);
  if (before.length > 0) unit.take(before.subarray(0, before.length - outTerminator.length));
  return unit.take(last);
}

/** Without an answer of its own, the queue of errors tells why. */
function queueFindings(unit: Unit, code: string): string[] {
  const { errorQueue } = unit.definition;
  const hearing = unit.hearings.find(({ meaning }) => meaning.kind === 'errors');
  if (errorQueue === undefined || hearing === undefined) return ['the simulator tells no error'];
  const [answer] = unit.answer({ hearing, values: {}, literalBytes: 0 }, []);
  const fields = readReply(answer?.frames ?? [], errorQueue.exchange, unit.definition.options);
  return String(fields['code']) === code ? [] : [`the simulator’s queue tells ${String(fields['code'])}`];
}
