import {
  BellcrankError,
  type Fields,
  type Message,
  payloadJson,
  type Publication,
  type RandomBytes,
} from '../../src/driver/index.ts';
import { type MqttRpcOptions, wireName } from './model.ts';
import { valueAt, withValueAt } from './pointer.ts';

/** Where things stand in payloads. */
export interface Places {
  readonly id: string;
  /** Undefined: the method is not in the payload. */
  readonly method: string | undefined;
  readonly params: string;
  readonly result: string;
  readonly error: string;
}

function placesOf({ correlation, at = {} }: MqttRpcOptions): Places {
  const usual = {
    properties: { method: undefined, params: '', result: '' },
    field: { method: '/method', params: '/params', result: '/result' },
    topic: { method: '/method', params: '/params', result: '' },
  }[correlation];
  return { id: '/id', error: '/error', ...usual, ...at };
}

/** One device's way to put requests and to mark answers. */
export class Dialect {
  readonly places: Places;
  /** What its answers come on. */
  readonly answers: string;
  readonly #options: MqttRpcOptions;
  readonly #session: string;
  readonly #response: string;

  constructor(options: MqttRpcOptions, randomBytes: RandomBytes) {
    this.#options = options;
    this.#session = Buffer.from(randomBytes(8)).toString('hex');
    this.places = placesOf(options);
    this.#check();
    this.#response = this.fill(options.response ?? 'bellcrank/{session}/response');
    this.answers = filterOf(this.#response);
    this.#checkEchoes();
  }

  /** A topic with what is known of this session in it. */
  fill(template: string): string {
    return template.replaceAll('{device}', () => this.#options.device).replaceAll('{session}', () => this.#session);
  }

  publication(id: string, method: string, params: Fields): Publication {
    const { correlation } = this.#options;
    const put = (template: string): string =>
      template.replaceAll('{method}', () => method).replaceAll('{id}', () => id);
    const topic = put(this.fill(this.#options.request));
    const payload = JSON.stringify(this.#payload(id, method, params));
    if (correlation !== 'properties') return { topic, payload };
    const correlationData = Uint8Array.from(Buffer.from(id, 'latin1'));
    return { topic, payload, responseTopic: put(this.#response), correlationData, contentType: 'application/json' };
  }

  idOf(message: Message): string | undefined {
    const { correlation } = this.#options;
    if (correlation === 'properties') return idInProperties(message);
    return correlation === 'field' ? this.#idInField(message) : this.#idInTopic(message);
  }

  #payload(id: string, method: string, params: Fields): unknown {
    const { places } = this;
    let payload: unknown = withValueAt({}, places.params, params);
    if (places.method !== undefined) payload = withValueAt(payload, places.method, method);
    if (this.#options.correlation !== 'field') return payload;
    return withValueAt(payload, places.id, this.#options.numberedIds ? Number(id) : id);
  }

  #idInField({ payload }: Message): string | undefined {
    const id = valueAt(payloadJson(payload)?.value, this.places.id);
    return typeof id === (this.#options.numberedIds ? 'number' : 'string') ? String(id) : undefined;
  }

  #idInTopic({ topic }: Message): string | undefined {
    const levels = topic.split('/');
    const at = this.#response.split('/').findIndex((level) => level.includes('{id}'));
    const [before = '', after = ''] = (this.#response.split('/')[at] ?? '').split('{id}');
    const level = levels[at] ?? '';
    const fits = level.length > before.length + after.length && level.startsWith(before) && level.endsWith(after);
    return fits ? level.slice(before.length, level.length - after.length) : undefined;
  }

  #check(): void {
    const { correlation, request, response, methods } = this.#options;
    if (correlation !== 'properties' && response === undefined) throw invalid(`${correlation} needs a response topic`);
    const both = [request, response ?? ''].every((topic) => topic.includes('{id}'));
    if (correlation === 'topic' && !both) throw invalid('the request and the response topic both need {id}');
    if (correlation !== 'topic' && `${request}${response ?? ''}`.includes('{id}')) {
      throw invalid('{id} in a topic is for the correlation `topic`');
    }
    if (request.includes('{session}')) throw invalid('{session} is for the response topic');
    const named =
      Object.values(methods).length === 1 || request.includes('{method}') || this.places.method !== undefined;
    if (!named) throw invalid('nothing tells the device which method is meant: {method} in the topic, or at.method');
    for (const [name, { params }] of Object.entries(methods))
      this.#checkPlaces(name, Object.keys(params?.properties ?? {}));
  }

  /** What is published where answers come would come back as an answer, with the id of its own. */
  #checkEchoes(): void {
    const { methods, request } = this.#options;
    for (const [name, method] of Object.entries(methods)) {
      const asked = this.fill(request).replaceAll('{method}', () => wireName(name, method));
      if (!overlap(filterOf(asked), this.answers)) continue;
      throw invalid(`requests of ${name} go where its answers come, and would be taken for them`);
    }
  }

  /** With the parameters at the root, the id and the method must not take the place of one. */
  #checkPlaces(name: string, params: readonly string[]): void {
    const { places } = this;
    const own = [this.#options.correlation === 'field' ? places.id : undefined, places.method];
    for (const pointer of own) {
      if (pointer === undefined) continue;
      if (pointer === '' || pointer === places.params)
        throw invalid('the id, the method and the parameters need places of their own');
      const inside =
        places.params === ''
          ? pointer
          : pointer.startsWith(`${places.params}/`)
            ? pointer.slice(places.params.length)
            : '';
      const [, key = ''] = inside.split('/');
      if (params.includes(key)) throw invalid(`${pointer} is where methods.${name} has a parameter`);
    }
  }
}

/** What is not known before a request stands for a whole level. */
function filterOf(template: string): string {
  const levels = template.split('/');
  return levels.map((level) => (/\{(?:id|method)\}/.test(level) ? '+' : level)).join('/');
}

function overlap(one: string, other: string): boolean {
  const [levels, others] = [one.split('/'), other.split('/')];
  if (levels.length !== others.length) return false;
  return levels.every((level, at) => level === others[at] || level === '+' || others[at] === '+');
}

function idInProperties({ correlationData }: Message): string | undefined {
  if (correlationData === undefined || correlationData.length > 64) return undefined;
  return Buffer.from(correlationData).toString('latin1');
}

function invalid(detail: string): BellcrankError {
  return new BellcrankError('invalid-request', `the options of this mqtt-rpc device: ${detail}`);
}
