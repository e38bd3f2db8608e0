import { header, json, type Json, ref } from './openapi-json.ts';
import type { SchemaName } from './openapi-schemas.ts';

export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** Of the body; absent where there is none. */
  readonly schema?: SchemaName;
  readonly headers?: Json;
  /** What the body is, if that is not `application/json`. */
  readonly mediaType?: string;
  /** What it is as text of a media type: where there is a schema, to whoever asks for it, else always. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Of what is sent, where the route leaves that to whoever it is for. */
  readonly body?: SchemaName;
  /** Further answers, by their status. */
  readonly also?: Readonly<Record<number, Omit<Answer, 'status' | 'also' | 'body'>>>;
}

const notModified = { description: 'It is still what `If-None-Match` names; nothing is sent anew.' };

/** What each operation that does not depend on devices answers when it does what it was asked for. */
export const staticAnswers: Readonly<Record<string, Answer>> = {
  whoAmI: { status: 200, description: 'Who asks, and what they may.', schema: 'Me' },
  listDevices: { status: 200, description: 'A page of devices, ordered by id.', schema: 'DevicePage' },
  addDevice: {
    status: 201,
    description: 'The device. It connects on its own; its `state` says how far it is.',
    schema: 'DeviceDetail',
    headers: { Location: header('The device’s path.') },
  },
  getDevice: { status: 200, description: 'The device.', schema: 'DeviceDetail' },
  changeDevice: { status: 200, description: 'The device as it is now.', schema: 'DeviceDetail' },
  removeDevice: { status: 204, description: 'The device is gone; what was under way has ended.' },
  reconnectDevice: {
    status: 202,
    description: 'The link is down; it is opened anew at once, and `state` says how far it is.',
    schema: 'DeviceDetail',
  },
  listProperties: { status: 200, description: 'Every property, without asking the device.', schema: 'ReadingList' },
  listInterlocks: { status: 200, description: 'Every interlock of the device.', schema: 'InterlockList' },
  listAlarms: { status: 200, description: 'A page of alarms, newest first.', schema: 'AlarmPage' },
  getAlarm: { status: 200, description: 'The alarm.', schema: 'AlarmDetail' },
  acknowledgeAlarm: {
    status: 200,
    description: 'The alarm as it is now; one that was acknowledged before stays as it was.',
    schema: 'AlarmDetail',
  },
  reloadConfig: { status: 200, description: 'What was changed, or would be.', schema: 'Reload' },
  listAudit: { status: 200, description: 'A page of entries, newest first.', schema: 'AuditPage' },
  listKeys: { status: 200, description: 'A page of keys, oldest first.', schema: 'KeyPage' },
  createKey: {
    status: 201,
    description: 'The key.',
    schema: 'MadeKey',
    headers: { Location: header('The key’s path.') },
  },
  rotateKey: {
    status: 201,
    description: 'The new key.',
    schema: 'MadeKey',
    headers: { Location: header('The key’s path.') },
  },
  revokeKey: { status: 200, description: 'What is revoked; it lets nobody in any more.', schema: 'KeyList' },
  signIn: {
    status: 201,
    description: 'The session; its cookie cannot be read by scripts.',
    schema: 'Session',
    headers: { 'Set-Cookie': header('The session’s.') },
  },
  getSession: { status: 200, description: 'The session of the cookie, if there is one.', schema: 'Session' },
  signOut: { status: 204, description: 'The session is over.' },
  listWebhooks: { status: 200, description: 'Every webhook.', schema: 'WebhookList' },
  getWebhook: { status: 200, description: 'The webhook.', schema: 'Webhook' },
  getHistory: { status: 200, description: 'Values as they were, or sums of them.', schema: 'History' },
  getTrace: {
    status: 200,
    description: 'What passed.',
    schema: 'Trace',
    texts: {
      'text/plain': 'The same as a recording (docs/recordings.md).',
      'text/event-stream':
        'With `follow`: each entry as `entry`, its sequence as the id; `missed`, `bye` (docs/recordings.md).',
    },
  },
  listCommands: { status: 200, description: 'A page of commands, newest first.', schema: 'CommandPage' },
  getCommand: { status: 200, description: 'The command.', schema: 'Command' },
  cancelCommand: {
    status: 204,
    description: 'The command is cancelled: no byte of it leaves.',
    also: {
      202: { description: 'It has left, and its driver was asked to abort it; its end says more.', schema: 'Command' },
    },
  },
  takeLease: {
    status: 200,
    description: 'The lease goes on, with the same token.',
    schema: 'GrantedLease',
    also: { 201: { description: 'The lease is new, and so is its token.', schema: 'GrantedLease' } },
  },
  getLease: { status: 200, description: 'The lease that is live now.', schema: 'Lease' },
  releaseLease: { status: 204, description: 'Nobody holds the device.' },
  stopDevice: {
    status: 200,
    description: 'The device is latched. Whether it is safe is what `outcome` says.',
    schema: 'StopResult',
  },
  releaseDevice: { status: 204, description: 'The device takes commands again.' },
  stopAll: {
    status: 200,
    description:
      'Every device that the caller may stop is latched: all of them, if `everything` says so. Whether they are safe is what ' +
      'each `outcome` says.',
    schema: 'StopResults',
  },
  releaseAll: { status: 204, description: 'Every device takes commands again.' },
  live: { status: 200, description: 'The process answers.', schema: 'HealthLive' },
  ready: {
    status: 200,
    description: 'Commands are taken.',
    schema: 'HealthReady',
    also: { 503: { description: 'Commands are refused; stops and reads work.', schema: 'HealthReady' } },
  },
  getLogLevel: { status: 200, description: 'How much is logged.', schema: 'LogLevel' },
  setLogLevel: { status: 200, description: 'How much is logged from now on.', schema: 'LogLevel' },
  getMetrics: {
    status: 200,
    description: 'Every metric as it stands.',
    texts: {
      'text/plain': 'Prometheus’ text format 0.0.4 (docs/metrics.md).',
      'application/openmetrics-text': 'OpenMetrics 1.0, where that is accepted.',
    },
  },
  listCandidates: { status: 200, description: 'A page of candidates, ordered by id.', schema: 'CandidatePage' },
  getCandidate: { status: 200, description: 'The candidate.', schema: 'Candidate' },
  listPorts: { status: 200, description: 'Every serial port with hardware behind it.', schema: 'PortList' },
  listSimulators: {
    status: 200,
    description: 'A page of simulated devices, ordered by id.',
    schema: 'SimulatorPage',
  },
  getSimulator: { status: 200, description: 'What stands in for the device.', schema: 'SimulatorDetail' },
  getFaults: { status: 200, description: 'Every fault.', schema: 'FaultReport' },
  setFaults: { status: 200, description: 'The faults as they are now.', schema: 'FaultReport', body: 'FaultsRequest' },
  clearFaults: { status: 200, description: 'No faults are left.', schema: 'FaultReport' },
  getSimulatedState: { status: 200, description: 'Everything that it models.', schema: 'SimulatorState' },
  setSimulatedState: {
    status: 200,
    description: 'The state as it is now.',
    schema: 'SimulatorState',
    body: 'SimulatorStateRequest',
  },
  getSimulatedTime: { status: 200, description: 'Its time now.', schema: 'SimulatorTime' },
  setSimulatedTime: {
    status: 200,
    description: 'Its time from now on.',
    schema: 'SimulatorTime',
    body: 'SimulatorTimeRequest',
  },
  pressButton: { status: 200, description: 'It is pressed.', schema: 'SimulatorDetail' },
  getThingDescription: {
    status: 200,
    description: 'The description.',
    schema: 'ThingDescription',
    mediaType: 'application/td+json',
    headers: { ETag: header('Changes with the description.') },
    also: { 304: notModified },
  },
  readValues: { status: 200, description: 'What is not known, or not good, is left out.', schema: 'Values' },
  readValue: { status: 200, description: 'The value; there is none unless it is good.', schema: 'AnyValue' },
  writeValue: {
    status: 204,
    description: 'It is written, as far as the property’s `confirmation` says.',
    body: 'AnyValue',
    also: { 202: { description: 'It goes on; its path tells how it stands.', schema: 'Command' } },
  },
  invokeAction: {
    status: 200,
    description: 'The result of the command, which succeeded.',
    schema: 'AnyValue',
    body: 'AnyValue',
    also: {
      202: { description: 'It goes on; its path tells how it stands.', schema: 'Command' },
      204: { description: 'It succeeded, and has no result.' },
    },
  },
  observeValue: {
    status: 200,
    description: 'It begins at once, and ends when either side ends it.',
    texts: {
      'text/event-stream':
        'Each value alone, as JSON; named events tell what is no value: `quality`, `gap`, `bye` (docs/wot.md).',
    },
  },
  subscribeEvent: {
    status: 200,
    description: 'It begins at once, and ends when either side ends it.',
    texts: {
      'text/event-stream':
        'What came with each event alone, as JSON; named events tell what is none: `gap`, `bye` (docs/wot.md).',
    },
  },
  getAsyncApi: {
    status: 200,
    description: 'AsyncAPI 3.0.',
    schema: 'AsyncApiDocument',
    headers: { ETag: header('Changes with the document.') },
    also: { 304: notModified },
  },
  followStream: {
    status: 200,
    description: 'It begins at once, and ends when either side ends it.',
    texts: {
      'text/event-stream':
        'A snapshot of each device and `synced`, or what came after the last id; then every change as it happens ' +
        '(docs/stream.md).',
    },
  },
  listModels: { status: 200, description: 'Every model.', schema: 'ModelList' },
  getModel: { status: 200, description: 'The model.', schema: 'Model' },
};

/** Responses that every operation shares. */
export const commonResponses: Json = {
  Problem: {
    description: 'A problem; `code` and `outcome` say which and what is known.',
    headers: {
      'Retry-After': { description: 'Seconds after which trying again makes sense.', schema: { type: 'integer' } },
      Allow: header('With 405: the methods that are allowed.'),
      'Bellcrank-Simulated': header('`true` for a simulated device.'),
    },
    content: { 'application/problem+json': { schema: ref('Problem') } },
  },
};

export const problemResponse: Json = { default: { $ref: '#/components/responses/Problem' } };

/** The paths with what each of their operations really answers. */
export function withAnswers(paths: Json): Json {
  return mapValues(paths, (item) => mapValues(item as Json, (operation) => withResponses(operation as Json)));
}

function withResponses(operation: Json): Json {
  const answer = staticAnswers[String(operation['operationId'])];
  const responses = answer === undefined ? operation['responses'] : responsesOf(answer);
  const body = answer?.body === undefined ? {} : { requestBody: requestBody(ref(answer.body)) };
  return { ...operation, ...body, responses: { ...(responses as Json), ...problemResponse } };
}

export function requestBody(schema: Json): Json {
  return { required: true, content: { 'application/json': { schema } } };
}

export function responsesOf({ also = {}, ...answer }: Answer): Json {
  const others = Object.entries(also).map(([status, other]) => [status, responseOf(other)]);
  return { [answer.status]: responseOf(answer), ...Object.fromEntries(others) };
}

function responseOf(answer: Omit<Answer, 'status' | 'also' | 'body'>): Json {
  const { description, schema, headers, mediaType, texts = {} } = answer;
  const plain = mapValues(texts, (told) => ({ schema: { type: 'string', description: told } }));
  const isBare = Object.keys(plain).length === 0;
  if (schema === undefined) return isBare ? { description } : { description, content: plain };
  const response = json(description, ref(schema), headers, mediaType);
  return { ...response, content: { ...(response['content'] as Json), ...plain } };
}

function mapValues(object: Json, change: (value: unknown) => Json): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
