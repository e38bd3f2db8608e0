import { type Sent, sentValue, shownBy } from './links.ts';
import { isWritable } from './sending.ts';
import { addCommand } from './commands.ts';
import { type Ask, lastWord } from './messages.ts';
import { type Group, groupOf, type Making } from './shared.ts';
import type { State } from './states.ts';
import { toldIn } from './links.ts';
import { addRead, addWrite } from './writes.ts';

/** Words sent to one topic that are a command each; more of them are a text. */
const maxWords = 8;

/** All that was sent: writes and reads of what shows it, and commands. */
export function addActions(making: Making, asks: readonly Ask[]): void {
  const groups = new Map<string, Ask[]>();
  for (const ask of asks) {
    const form = `${ask.sent.topic}\n${formOf(ask)}`;
    const known = groups.get(form);
    if (known === undefined) groups.set(form, [ask]);
    else known.push(ask);
  }
  for (const [, all] of groups) {
    const group = groupOf(all[0]?.sent.topic ?? '', all);
    if (group !== undefined) addGroup(making, group);
  }
}

function formOf({ sent: { text, leaves } }: Ask): string {
  if (text === '') return 'empty';
  return leaves === undefined ? 'text' : leaves.map(({ pointer }) => pointer).join('\n');
}

function addGroup(making: Making, group: Group): void {
  const { sent } = group.asks[0];
  if (sent.text === '') return addQuestion(making, group);
  if (sent.leaves === undefined) return addWords(making, group);
  // What cannot be written as JSON here is the text that it is.
  if (!isWritable(JSON.parse(sent.text))) return addCommand(making, group, wordOf(making, group) || 'set', []);
  const places = sent.leaves.map(({ pointer, path }): Sent => ({ pointer, word: path.at(-1) ?? '' }));
  const [only] = places;
  const state = only && places.length === 1 ? settable(making, group, only) : undefined;
  if (only !== undefined && state !== undefined) addWrite(making, group, only, state);
  else addCommand(making, group, wordOf(making, group) || 'set', places);
}

/** The state that shows what was sent, if nothing else sets it. */
function settable(making: Making, { asks }: Group, sent: Sent): State | undefined {
  return shownBy(sent, asks, making.states).find(({ name }) => {
    const property = making.properties.get(name);
    return property !== undefined && property['write'] === undefined;
  });
}

/** Nothing was said: the state of that name, or the only one that was told, was asked for. */
function addQuestion(making: Making, group: Group): void {
  const told = making.states.filter(
    (state) =>
      group.asks.every((ask) => toldIn(ask, state) !== undefined) &&
      making.properties.get(state.name)?.['read'] === undefined,
  );
  const word = lastWord(group.topic).toLowerCase();
  const named = told.find((state) => state.word.toLowerCase() === word);
  const state = named ?? (told.length === 1 ? told[0] : undefined);
  if (state === undefined || !addRead(making, group, state)) addCommand(making, group, wordOf(making, group), []);
}

function addWords(making: Making, { topic, asks }: Group): void {
  const whole: Sent = { pointer: undefined, word: lastWord(topic) };
  const state = settableByWords(making, asks, whole);
  const set =
    state === undefined
      ? undefined
      : groupOf(
          topic,
          asks.filter((ask) => sentValue(whole, ask, state) !== undefined),
        );
  if (set !== undefined && state !== undefined) addWrite(making, set, whole, state);
  const rest = set === undefined ? asks : asks.filter((ask) => !set.asks.includes(ask));
  const words = [...new Set(rest.map(({ sent }) => sent.text))];
  const areNumbers = words.every((word) => /^-?\d+(?:\.\d+)?$/.test(word));
  const all = groupOf(topic, rest);
  if (all === undefined) return;
  if (areNumbers || words.length > maxWords) return addCommand(making, all, wordOf(making, all) || 'set', [whole]);
  for (const word of words) {
    const one = groupOf(
      topic,
      rest.filter(({ sent }) => sent.text === word),
    );
    if (one !== undefined) addCommand(making, one, `${wordOf(making, one)}-${word}`, []);
  }
}

/** What a topic is about: nothing, where it is the device's own. */
function wordOf({ topics }: Making, { topic }: Group): string {
  return topics.option !== undefined && topic.split('/').length <= topics.option.value.split('/').length
    ? ''
    : lastWord(topic);
}

function settableByWords(making: Making, asks: readonly Ask[], whole: Sent): State | undefined {
  const all = groupOf('', asks);
  return all && settable(making, all, whole);
}
