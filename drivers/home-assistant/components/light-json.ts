import { fieldOf, type Fields, isFields, type JsonSchema } from '../../../src/driver/index.ts';
import type { Heard } from './heard.ts';
import {
  brightnessSchema,
  type Colour,
  colourNames,
  colourSchema,
  colourTemperatureSchema,
  colourTolerance,
  effectsOf,
  partsOfColour,
  roundingOf,
} from './light-basic.ts';
import type { Action, Field, Parts, Sending, Source, Told } from './parts.ts';
import { none, nothing, problem, type Reader, tells, tellsRounded, told } from './reader.ts';
import { booleanSchema } from './switchable.ts';

/** One thing that a light of the JSON schema has. */
interface Aspect {
  readonly param: string;
  readonly suffix: string;
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly tolerance?: number;
  /** As of a write. */
  readonly rounds?: number;
  /** Its part of the message that sets it. */
  message(value: unknown): Fields;
  /** What a state tells of it. */
  read(state: Fields): Told;
}

/** "MQTT light", JSON schema: everything in one message, and in one state. */
export function jsonLight(reader: Reader): Parts {
  const topic = reader.needCommandTopic();
  const aspects = aspectsOf(reader);
  const [on, ...others] = aspects;
  const state = reader.config.topic('state_topic');
  const write = (aspect: Aspect): Field => fieldOfAspect(reader, topic, state, aspect);
  return {
    fields: on === undefined ? [] : [write(on), ...others.map(write)],
    actions: others.length > 0 ? [setAction(reader, topic, state, aspects)] : [],
    stop: {
      summary: 'off',
      confirmation: worthOf(reader, topic, state),
      send: () => sendingOf(topic, shownOn(reader, topic, state), aspects, { on: false }),
    },
  };
}

function aspectsOf(reader: Reader): Aspect[] {
  const { config } = reader;
  const modes = config.texts('supported_color_modes') ?? [];
  const has = (...names: string[]): boolean => names.some((name) => modes.includes(name));
  const bright =
    config.flag('brightness') || has('brightness', 'color_temp', 'hs', 'xy', 'rgb', 'rgbw', 'rgbww', 'white');
  const legacy = (key: string): boolean => typeof config.raw(key) === 'boolean' && config.flag(key);
  const aspects: Aspect[] = [onAspect];
  if (bright) aspects.push(numberAspect('brightness', 'brightness', 'Brightness', brightnessSchema(reader)));
  if (has('color_temp') || legacy('color_temp'))
    aspects.push(numberAspect('colorTemp', 'color_temp', 'Colour temperature', colourTemperatureSchema(reader)));
  for (const colour of colourNames) if (has(colour) || legacy(colour)) aspects.push(colourAspect(colour));
  if (has('white')) aspects.push(numberAspect('white', 'white', 'White, at a brightness', brightnessSchema(reader)));
  const effects = effectsOf(reader);
  if (config.flag('effect', effects.length > 0) && effects.length > 0) aspects.push(effectAspect(effects));
  return aspects;
}

const onAspect: Aspect = {
  param: 'on',
  suffix: '',
  summary: 'On or off',
  schema: booleanSchema,
  message: (value) => ({ state: value === true ? 'ON' : 'OFF' }),
  read(state) {
    const word = fieldOf(state, 'state');
    if (word === undefined) return nothing;
    if (word === null) return none;
    return word === 'ON' || word === 'OFF' ? told(word === 'ON') : problem('its state is neither ON nor OFF');
  },
};

/** What is set turns the light on, as Home Assistant does it. */
function numberAspect(param: string, key: string, summary: string, schema: JsonSchema): Aspect {
  return {
    param,
    suffix: key,
    summary,
    schema,
    rounds: roundingOf(schema),
    message: (value) => ({ state: 'ON', [key]: value }),
    read(state) {
      const value = fieldOf(state, key);
      return typeof value === 'number' ? told(value) : nothing;
    },
  };
}

function effectAspect(effects: readonly string[]): Aspect {
  return {
    param: 'effect',
    suffix: 'effect',
    summary: 'Effect',
    schema: { type: 'string', enum: effects },
    message: (value) => ({ state: 'ON', effect: value }),
    read(state) {
      const value = fieldOf(state, 'effect');
      if (value === null) return none;
      return typeof value === 'string' ? told(value) : nothing;
    },
  };
}

/** In `color`, a letter for each part: `{"r":255,"g":100,"b":100}`, `{"h":…,"s":…}`, `{"x":…,"y":…}`. */
function colourAspect(colour: Colour): Aspect {
  const letters = ['x', 'y'].includes(partsOfColour(colour)[0] ?? '')
    ? ['x', 'y']
    : {
        rgb: ['r', 'g', 'b'],
        rgbw: ['r', 'g', 'b', 'w'],
        rgbww: ['r', 'g', 'b', 'c', 'w'],
        hs: ['h', 's'],
        xy: ['x', 'y'],
      }[colour];
  const parts = partsOfColour(colour);
  return {
    param: colour,
    suffix: colour,
    summary: `Colour as ${colour}`,
    schema: colourSchema(colour),
    tolerance: colourTolerance(colour),
    message: (value) => ({
      state: 'ON',
      color: Object.fromEntries(letters.map((letter, at) => [letter, (value as Fields)[parts[at] ?? '']])),
    }),
    read(state) {
      const value = fieldOf(state, 'color');
      if (!isFields(value)) return nothing;
      const numbers = letters.map((letter) => fieldOf(value, letter));
      if (!numbers.every((number) => typeof number === 'number')) return nothing;
      return told(Object.fromEntries(parts.map((part, at) => [part, numbers[at]])));
    },
  };
}

function readState(heard: Heard, aspect: Aspect): Told {
  const state = heard.plain;
  return !isFields(state) ? problem('its state is no JSON object') : aspect.read(state);
}

function shownOn({ config }: Reader, topic: string, state: string | undefined): string | undefined {
  return state === topic || config.flag('optimistic') ? undefined : state;
}

function worthOf(reader: Reader, topic: string, state: string | undefined) {
  return shownOn(reader, topic, state) === undefined ? 'sent' : reader.worth;
}

function fieldOfAspect(reader: Reader, topic: string, state: string | undefined, aspect: Aspect): Field {
  const source: Source | undefined =
    state === undefined ? undefined : { topic: state, tell: (heard) => readState(heard, aspect) };
  const { suffix, summary, schema } = aspect;
  const send = (value: unknown): Sending =>
    sendingOf(topic, shownOn(reader, topic, state), [onAspect, aspect], { [aspect.param]: value });
  return {
    suffix,
    summary,
    schema,
    ...(source && { source }),
    write: { confirmation: worthOf(reader, topic, state), send },
  };
}

function setAction(reader: Reader, topic: string, state: string | undefined, aspects: readonly Aspect[]): Action {
  const transition = { type: 'number', minimum: 0, maximum: 3600, unit: 's' };
  const properties = Object.fromEntries([
    ...aspects.map(({ param, schema }) => [param, schema] as const),
    ['transition', transition] as const,
  ]);
  return {
    suffix: 'set',
    summary: 'Set several things in one message; what is set turns the light on',
    effect: 'idempotent',
    confirmation: worthOf(reader, topic, state),
    params: { type: 'object', properties, minProperties: 1, additionalProperties: false },
    send: (params) => sendingOf(topic, shownOn(reader, topic, state), aspects, params),
  };
}

function sendingOf(topic: string, state: string | undefined, aspects: readonly Aspect[], params: Fields): Sending {
  const given = aspects.filter(({ param }) => Object.hasOwn(params, param));
  const message = Object.assign(
    {},
    ...given.map((aspect) => aspect.message(params[aspect.param])),
    extra(params),
  ) as Fields;
  const isOn = params['on'] ?? true;
  const whole = { ...message, state: isOn === true ? 'ON' : 'OFF' };
  return {
    topic,
    payload: JSON.stringify(whole),
    ...(state !== undefined && {
      shown: {
        topic: state,
        by: (heard: Heard, before: Heard | undefined) =>
          tells(readState(heard, onAspect), isOn) &&
          given.every((aspect) => isTold(aspect, heard, before, params[aspect.param])),
      },
    }),
  };
}

function isTold(aspect: Aspect, heard: Heard, before: Heard | undefined, value: unknown): boolean {
  const tell = (state: Heard): Told => readState(state, aspect);
  return tells(tell(heard), value, aspect.tolerance) || tellsRounded({ tell }, heard, before, value, aspect.rounds);
}

function extra(params: Fields): Fields {
  return Object.hasOwn(params, 'transition') ? { transition: params['transition'] } : {};
}
