import { BellcrankError } from '../../../errors.ts';
import type { Recording, Turns } from '../../../recording/index.ts';
import { Names } from '../names.ts';
import { Notes } from '../notes.ts';
import { headOf } from '../summary.ts';
import { nonEmpty, yamlOf } from '../yaml.ts';
import { addActions } from './actions.ts';
import { answerTopics } from './answers.ts';
import { type Availability, availabilityIn } from './availability.ts';
import { presenceExamples, stateExamples } from './examples.ts';
import { fieldOf, meaningOf, schemaOf } from './kinds.ts';
import { type Dialogue, dialogueOf, type Message } from './messages.ts';
import { Past } from './past.ts';
import type { Entry, Making } from './shared.ts';
import { paramNames } from './shared.ts';
import { type State, statesOf } from './states.ts';
import { optionName, topicWriter, type TopicWriter } from './topic-option.ts';

/** A map of the topics of a device that was recorded on a broker. */
export function draftTopics(recording: Recording, turns: Turns, model: string): string {
  const notes = new Notes();
  const dialogue = dialogueOf(turns, notes);
  const byTopic = heardByTopic(dialogue);
  const topics = topicWriter([...byTopic.keys(), ...dialogue.asks.map(({ sent }) => sent.topic)]);
  const availability = availabilityIn(byTopic);
  const making = makingOf(dialogue, byTopic, availability, topics, notes);
  addActions(making, dialogue.asks);
  if (making.properties.size + making.commands.size === 0) {
    const message =
      'nothing in this recording can be drafted: no topic tells a text or JSON, and nothing was sent to one';
    throw new BellcrankError('invalid-request', message);
  }
  const presence = availability === undefined ? [] : presenceExamples(availability, byTopic);
  return yamlOf([...preface, ...notes.lines()], {
    ...headOf(recording, model),
    manual: 'A recording',
    topics: topicsOf(availability, topics),
    ...nonEmpty({ options: optionsOf(topics) }),
    ...nonEmpty({
      properties: Object.fromEntries(making.properties),
      commands: Object.fromEntries(making.commands),
      examples: [...stateExamples(making.states, byTopic), ...making.examples, ...presence],
      simulator: nonEmpty({
        initial: Object.fromEntries(making.initial),
        sets: Object.fromEntries(making.sets),
        tells: Object.fromEntries(making.tells),
      }),
    }),
  });
}

const preface = [
  'A draft: it has the topics that were recorded, and knows no more than that.',
  '- Give properties and commands their names, summaries, units and limits.',
  '- What is set, and what shows it, was told by values that followed one another: look at each `write`.',
  '- `effect: actuate` stands where nobody can know whether it may be repeated.',
  '- `manual: recorded` is no manual: put the section there that has these topics.',
];

function heardByTopic({ greeting, asks }: Dialogue): Map<string, Message[]> {
  const byTopic = new Map<string, Message[]>();
  for (const message of [...greeting, ...asks.flatMap(({ heard }) => heard)]) {
    const known = byTopic.get(message.topic);
    if (known === undefined) byTopic.set(message.topic, [message]);
    else known.push(message);
  }
  return byTopic;
}

function makingOf(
  dialogue: Dialogue,
  byTopic: ReadonlyMap<string, readonly Message[]>,
  availability: Availability | undefined,
  topics: TopicWriter,
  notes: Notes,
): Making {
  const answers = answerTopics(dialogue, byTopic);
  const telling = [...byTopic].filter(([topic]) => topic !== availability?.topic && !answers.has(topic));
  const valueNames = paramNames();
  for (const taken of ['value', 'code', 'text']) valueNames.unique(taken);
  const states = statesOf(new Map(telling), valueNames, notes);
  return {
    topics,
    states,
    answers,
    past: new Past(dialogue, states),
    notes,
    commandNames: new Names(),
    valueNames,
    properties: new Map(states.map((state) => [state.name, propertyOf(state, topics)])),
    commands: new Map(),
    examples: [],
    initial: new Map(states.map(({ name, first }) => [name, first])),
    sets: new Map(),
    tells: new Map(),
  };
}

function propertyOf({ topic, pointer, kind, isOptional, isRetained }: State, topics: TopicWriter): Entry {
  const place = isOptional ? { value: { at: pointer, optional: true } } : pointer;
  return {
    schema: schemaOf(kind),
    ...meaningOf(kind),
    pushed: {
      topic: topics.write(topic),
      ...(pointer === undefined ? { payload: fieldOf('value', kind) } : { json: place }),
      ...(isRetained && { retained: true }),
    },
  };
}

function topicsOf(availability: Availability | undefined, topics: TopicWriter): Entry {
  const paths = topics.option?.isPath === true ? { paths: [optionName] } : {};
  if (availability === undefined) return paths;
  const { topic, pointer, online, offline } = availability;
  const words = online === 'online' ? {} : { online, offline };
  return {
    ...paths,
    availability: { topic: topics.write(topic), ...(pointer !== undefined && { json: pointer }), ...words },
  };
}

/** The device that was recorded is the default: others are given their own. */
function optionsOf({ option }: TopicWriter): Entry {
  return option === undefined ? {} : { [optionName]: { type: 'string', maxLength: 200, default: option.value } };
}
