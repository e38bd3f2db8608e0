import type { Finding } from '../../definition/definition.ts';
import { pathText } from '../../../../src/yaml/place.ts';
import { warning } from '../../definition/scope.ts';
import { distinct } from '../../lint/subject.ts';
import { fieldsIn } from '../message/json.ts';
import { printTopic } from '../message/topic.ts';
import { allExchanges, carriesId, isFoundById } from '../session/ids.ts';
import { stateTopicOf } from '../session/question.ts';
import type { RawTopicMap } from '../schema/definition.ts';
import type { Action, Exchange, Instance, TopicMap } from '../topic-map.ts';

/** What is hardly meant, although it works. */
export function lint(instance: Instance, raw: RawTopicMap): Finding[] {
  const { map } = instance;
  return [...repeated(map), ...unanswered(map), ...ids(map), ...refusals(map), ...unheard(instance), ...unused(raw)];
}

/** A broker may deliver it twice, or once it has found the device again. */
function repeated({ commands, properties, model }: TopicMap): Finding[] {
  const actuating = [
    ...Object.entries(commands).filter(([name]) => model.commands[name]?.effect === 'actuate'),
    ...Object.entries(properties).flatMap(([name, { write }]): [string, Action][] => {
      const spec = model.properties[name];
      return write && spec && spec.access !== 'read' && spec.write.effect === 'actuate' ? [[name, write]] : [];
    }),
  ];
  return actuating
    .flatMap(([, { exchanges }]) => exchanges)
    .filter(({ send }) => send.qos > 0)
    .map(({ send }) => warning([...send.path, 'qos'], 'may deliver what is `actuate` late or twice; 0 does not'));
}

/** Something that reads has to be told something. */
function unanswered({ commands, model }: TopicMap): Finding[] {
  return Object.entries(commands)
    .filter(([name, { exchanges }]) => model.commands[name]?.effect === 'read' && exchanges.at(-1)?.reply === undefined)
    .map(([, { path }]) => warning([...path, 'effect'], 'is `read`, and nothing answers it: it needs a `reply`'));
}

function ids(map: TopicMap): Finding[] {
  return allExchanges(map).flatMap(({ exchange }) => {
    const sends = sendsId(exchange);
    if (exchange.isCorrelated || exchange.reply === undefined || sends === carriesId(exchange)) return [];
    const at = sends ? [...exchange.send.path, 'payload'] : exchange.path;
    const detail = sends
      ? 'sends `{id}`, and the reply does not tell it: it needs the field `id`, or `{id}` in its topic'
      : 'expects `id` in the reply, and does not send `{id}`';
    return [warning(at, detail)];
  });
}

/** Where answers are found by their ids, whose a refusal without one is nobody knows. */
function refusals(map: TopicMap): Finding[] {
  const findings = allExchanges(map).flatMap(({ exchange }) => {
    if (exchange.isCorrelated || !carriesId(exchange)) return [];
    const lost = exchange.errors.filter((rule) => !isFoundById(exchange, rule));
    const whose = pathText(exchange.path.map(String));
    const detail = `never counts for ${whose}, whose answers are found by their \`id\`: it tells none, and a command that is refused so is \`unknown\``;
    return lost.map(({ hearing }) => warning(hearing.path, detail));
  });
  return distinct(findings);
}

function sendsId({ send }: Exchange): boolean {
  const templates = [send.topic, ...(send.payload.kind === 'text' ? [send.payload.template] : [])];
  const inText = templates.some(({ parts }) => parts.some((part) => part.kind === 'field' && part.name === 'id'));
  return inText || (send.payload.kind === 'json' && fieldsIn(send.payload.part).includes('id'));
}

/** What is asked for and told on a topic on which it tells its state anyway. */
function unheard({ map, options }: Instance): Finding[] {
  const states = new Set(Object.values(map.properties).map((property) => stateTopicOf(property, map.paths, options)));
  return Object.values(map.events)
    .filter(
      ({ hearing }) =>
        hearing.reading.kind === 'any' &&
        hearing.rules.length === 0 &&
        states.has(printTopic(hearing.topic, options, map.paths)),
    )
    .map(({ hearing }) => warning(hearing.path, 'happens with every state on its topic; `match` tells it from them'));
}

/** Options that nothing speaks of. */
function unused({ options, examples: _, ...rest }: RawTopicMap): Finding[] {
  const text = JSON.stringify(rest);
  return Object.keys(options ?? {})
    .filter((name) => !text.includes(`{${name}}`) && !text.includes(`{${name}:`))
    .map((name) => warning(['options', name], 'is in no topic and no payload', { key: true }));
}
