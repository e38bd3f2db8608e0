import type { Fields, JsonSchema } from '../../../src/driver/index.ts';
import type { Template, Value } from '../template/index.ts';
import { Unsupported } from './config.ts';
import { brightnessSchema, colourSchema, colourTemperatureSchema, effectsOf } from './light-basic.ts';
import { aNumber, choice, onOff } from './meanings.ts';
import type { Action, Field, Parts, Sending, Source, Told } from './parts.ts';
import { commandOf, type Meaning, numberValue, type Reader, sourceOf, tells, told } from './reader.ts';
import { booleanSchema } from './switchable.ts';

interface Aspect {
  readonly param: string;
  readonly suffix: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly source?: Source;
  variables(value: unknown): Readonly<Record<string, Value>>;
}

/** "MQTT light", template schema: one message that a template makes, one state that templates read. */
export function templateLight(reader: Reader): Parts {
  const { config } = reader;
  const [on, off] = [templateOf(reader, 'command_on_template'), templateOf(reader, 'command_off_template')];
  const topic = reader.needCommandTopic();
  const state = config.topic('state_topic');
  const aspects = aspectsOf(reader, state);
  const shows = state !== topic && !config.flag('optimistic');
  const send = (params: Fields): Sending =>
    sendingOf(topic, params['on'] === false ? off : on, shows ? aspects : [], aspects, params);
  const worth = (asked: readonly Aspect[]) =>
    shows && asked.every(({ source }) => source !== undefined) ? reader.worth : 'sent';
  const field = (aspect: Aspect): Field => ({
    suffix: aspect.suffix,
    summary: aspect.summary,
    schema: aspect.schema,
    ...(aspect.source && { source: aspect.source }),
    write: { confirmation: worth([aspect]), send: (value) => send({ [aspect.param]: value }) },
  });
  const set: Action = {
    suffix: 'set',
    summary: 'Set several things in one message; what is set turns the light on',
    effect: 'idempotent',
    confirmation: worth(aspects),
    params: {
      type: 'object',
      properties: Object.fromEntries(aspects.map(({ param, schema }) => [param, schema])),
      minProperties: 1,
      additionalProperties: false,
    },
    send,
  };
  const [main] = aspects;
  return {
    fields: aspects.map(field),
    actions: aspects.length > 1 ? [set] : [],
    stop: { summary: 'off', confirmation: worth(main ? [main] : []), send: () => send({ on: false }) },
  };
}

function templateOf({ config }: Reader, key: string): Template {
  const template = config.template(key);
  if (template === undefined) throw new Unsupported(`it has no ${key}`);
  return template;
}

function aspectsOf(reader: Reader, state: string | undefined): Aspect[] {
  const { config } = reader;
  const source = (key: string, meaning: Meaning): { source?: Source } => {
    const template = config.template(key);
    return state === undefined || template === undefined ? {} : { source: sourceOf(state, template, meaning) };
  };
  const number = (param: string, suffix: string, summary: string, schema: JsonSchema): Aspect[] =>
    config.has(`${suffix}_template`)
      ? [
          {
            param,
            suffix,
            summary,
            schema,
            ...source(`${suffix}_template`, aNumber),
            variables: (value) => ({ [suffix]: numberValue(value) }),
          },
        ]
      : [];
  const effects = effectsOf(reader);
  return [
    {
      param: 'on',
      suffix: '',
      summary: 'On or off',
      schema: booleanSchema,
      ...source('state_template', onOff('on', 'off')),
      variables: () => ({}),
    },
    ...number('brightness', 'brightness', 'Brightness', brightnessSchema(reader)),
    ...number('colorTemp', 'color_temp', 'Colour temperature', colourTemperatureSchema(reader)),
    ...(config.has('red_template') && config.has('green_template') && config.has('blue_template')
      ? [rgbAspect(reader, state)]
      : []),
    ...(effects.length > 0 && config.has('effect_template')
      ? [
          {
            param: 'effect',
            suffix: 'effect',
            summary: 'Effect',
            schema: { type: 'string', enum: effects },
            ...source('effect_template', choice(effects)),
            variables: (value: unknown) => ({ effect: String(value) }),
          },
        ]
      : []),
  ];
}

function rgbAspect({ config }: Reader, state: string | undefined): Aspect {
  const parts = (['red', 'green', 'blue'] as const).map((part) => [part, config.template(`${part}_template`)] as const);
  const source: Source | undefined =
    state === undefined
      ? undefined
      : {
          topic: state,
          tell(heard): Told {
            const numbers = parts.map(
              ([part, template]) => [part, sourceOf(state, template, aNumber).tell(heard)] as const,
            );
            const missing = numbers.find(([, number]) => number.kind !== 'value')?.[1];
            return (
              missing ??
              told(
                Object.fromEntries(numbers.map(([part, number]) => [part, number.kind === 'value' ? number.value : 0])),
              )
            );
          },
        };
  return {
    param: 'rgb',
    suffix: 'rgb',
    summary: 'Colour as rgb',
    schema: colourSchema('rgb'),
    ...(source && { source }),
    // Validated against the schema of the colour.
    variables: (value) =>
      Object.fromEntries(Object.entries(value as Fields).map(([part, number]) => [part, numberValue(number)])),
  };
}

function sendingOf(
  topic: string,
  template: Template,
  shown: readonly Aspect[],
  aspects: readonly Aspect[],
  params: Fields,
): Sending {
  const asked = aspects.filter(({ param }) => Object.hasOwn(params, param));
  const variables = Object.assign(
    { state: params['on'] === false ? 'off' : 'on' },
    ...asked.map((aspect) => aspect.variables(params[aspect.param])),
  ) as Record<string, Value>;
  const payload = commandOf(topic, template, 'its template').payload('', variables);
  const sources = asked.filter((aspect) => shown.includes(aspect) && aspect.source !== undefined);
  const state = sources.length === asked.length ? sources[0]?.source?.topic : undefined;
  if (state === undefined) return { topic, payload };
  return {
    topic,
    payload,
    shown: {
      topic: state,
      by: (heard) =>
        sources.every(({ source, param }) => source !== undefined && tells(source.tell(heard), params[param])),
    },
  };
}
