import { kindOf, type Kind, schemaOf, type Scalar, valueIn } from './kinds.ts';
import { hears, type Sent, shownBy, toldIn } from './links.ts';
import { type Ask, scalarAt } from './messages.ts';
import { answerTo, replyEntry, replyOn, resultOf, toldBy } from './replies.ts';
import { alsoTold, exampleOf, payloadWith } from './sending.ts';
import { type Entry, type Group, type Making, paramNames } from './shared.ts';
import { manual } from '../summary.ts';
import type { Past } from './past.ts';
import { slug, type State } from './states.ts';

/** More of them are hardly commands. */
export const maxCommands = 200;

interface Parameter {
  readonly name: string;
  readonly sent: Sent;
  readonly kind: Kind;
}

/** A message as a command; `varying` are the places of it that are parameters. */
export function addCommand(making: Making, group: Group, wish: string, varying: readonly Sent[]): void {
  if (making.commands.size === maxCommands) {
    making.notes.add(`- There were more than ${maxCommands} commands: the others are left out.`);
    return;
  }
  const name = making.commandNames.unique(slug(wish));
  const params = parametersOf(varying, group.asks);
  const names = params.map((param) => param.name);
  const topic = answerTo(group, making);
  const reply =
    topic === undefined ? undefined : replyOn(topic, group, making, (spot) => shownParam(spot, params, group.asks));
  const isQuestion = group.asks[0].sent.text === '' && reply !== undefined;
  const sent = Object.fromEntries(params.map((param) => [param.name, param.sent]));
  const kinds = Object.fromEntries(params.map((param) => [param.name, param.kind]));
  making.commands.set(name, {
    effect: isQuestion ? 'read' : params.length > 0 ? 'idempotent' : 'actuate',
    ...(params.length > 0 && { params: Object.fromEntries(params.map((param) => [param.name, schemaOf(param.kind)])) }),
    ...(reply !== undefined && resultOf(reply, names)),
    send: { topic: making.topics.write(group.topic), ...payloadWith(group.asks[0], sent, kinds) },
    ...(reply !== undefined && { reply: replyEntry(reply, making) }),
  });
  const effects = isQuestion ? {} : effectsOf(making, group, params);
  if (Object.keys(effects).length > 0) making.sets.set(name, effects);
  const changed = new Set(Object.keys(effects));
  const told = making.states.filter((state) => changed.has(state.name)).map((state) => state.topic);
  alsoTold(making, name, group, [...told, ...(topic === undefined ? [] : [topic])]);
  const [ask] = group.asks;
  const example = exampleOf(ask, topic === undefined ? [] : [topic]);
  if (example === undefined) return;
  const given = Object.fromEntries(params.map((param) => [param.name, paramValue(param, ask)]));
  const result = reply === undefined ? {} : toldBy(reply, ask, names);
  making.examples.push({
    ...example,
    command: { [name]: given },
    ...(Object.keys(result).length > 0 && { result }),
    manual,
  });
}

function parametersOf(varying: readonly Sent[], asks: readonly Ask[]): readonly Parameter[] {
  const names = paramNames();
  return varying.map((sent) => {
    const wires = asks.flatMap((ask) => scalarAt(ask.sent, sent.pointer) ?? []);
    const kind = kindOf(wires);
    // Words of a parameter would have to be explained twice: they are the text that they are.
    const plain: Kind = kind.type === 'boolean' && kind.words !== undefined ? textKind(wires) : kind;
    return { name: names.unique(sent.pointer === undefined ? 'value' : slug(sent.word)), sent, kind: plain };
  });
}

function textKind(wires: readonly Scalar[]): Kind {
  if (wires.every((wire) => typeof wire === 'number')) return { type: 'integer' };
  return {
    type: 'string',
    longest: Math.max(...wires.map((wire) => String(wire).length)),
    mayBeEmpty: wires.includes(''),
  };
}

function paramValue({ sent, kind }: Parameter, ask: Ask): Scalar | undefined {
  const wire = scalarAt(ask.sent, sent.pointer);
  return wire === undefined ? undefined : valueIn(kind, wire);
}

/** The parameter that a place of the answer repeats each time. */
function shownParam(
  spot: { readonly pointer: string | undefined; readonly kind: Kind },
  params: readonly Parameter[],
  asks: readonly Ask[],
): string | undefined {
  const word = spot.pointer?.slice(spot.pointer.lastIndexOf('/') + 1).toLowerCase();
  const same = params.find(
    ({ sent, kind }) => (word === undefined || sent.word.toLowerCase() === word) && kind.type === spot.kind.type,
  );
  const isShown =
    same !== undefined &&
    asks.every((ask) => {
      const value = paramValue(same, ask);
      return ask.heard.some((message) => {
        const wire = scalarAt(message, spot.pointer);
        return wire !== undefined && valueIn(spot.kind, wire) === value;
      });
    });
  return isShown ? same.name : undefined;
}

/** What it sets in the simulated device: what shows a parameter, and of the rest what was told then. */
function effectsOf({ states, past }: Making, { asks }: Group, params: readonly Parameter[]): Entry {
  const effects: Entry = {};
  for (const { name, sent } of params) {
    const [shown] = shownBy(sent, asks, states);
    const isTaken = shown === undefined || Object.hasOwn(effects, shown.name);
    const kind = params.find((param) => param.name === name)?.kind;
    if (!isTaken && kind !== undefined && fits(kind, shown)) effects[shown.name] = name;
  }
  for (const state of states) {
    if (Object.hasOwn(effects, state.name) || !asks.every((ask) => hears(ask, state.topic))) continue;
    const change = asks.map((ask) => changeIn(state, ask, past)).find((value) => value !== undefined);
    if (change !== undefined) effects[state.name] = { value: change };
  }
  return effects;
}

/** What was told then, if it was another value before. */
function changeIn(state: State, ask: Ask, past: Past): Scalar | undefined {
  const told = toldIn(ask, state);
  return told === (past.before(state, ask) ?? state.first) ? undefined : told;
}

/** Whether a parameter's value is one of the state as it is. */
function fits(kind: Kind, { kind: wanted }: State): boolean {
  return kind.type === wanted.type || (kind.type === 'integer' && wanted.type === 'number');
}
