/** The flows of Node-RED, as one draws them in its editor: functions check by hand what comes from either side. */

/** Which of the flows, and what it is connected to. */
export type FlowChoice =
  | { readonly flow: 'command' }
  | { readonly flow: 'mqtt'; readonly port: number }
  | { readonly flow: 'serial'; readonly path: string }
  | { readonly flow: 'stream' };

export interface Flow {
  readonly nodes: readonly object[];
  /** The node that says `connected` once the flow can be used. */
  readonly connects?: string;
}

export function flowOf(choice: FlowChoice): Flow {
  if (choice.flow === 'mqtt') return mqttFlow(choice.port);
  if (choice.flow === 'serial') return serialFlow(choice.path);
  return choice.flow === 'stream' ? streamFlow : commandFlow;
}

const isSetting = `
const isSetting = (value) => typeof value === 'object' && value !== null && Object.keys(value).join() === 'volts' &&
  typeof value.volts === 'number' && value.volts >= 0 && value.volts <= 60;
const isUnset = (msg) => {
  if (isSetting(msg.payload)) return false;
  msg.statusCode = 400;
  msg.payload = { detail: 'volts is a number from 0 to 60' };
  return true;
};
const answer = (msg, result) => {
  if (isSetting(result)) msg.payload = global.get('recordOf')(msg.req.params.id, result);
  else Object.assign(msg, { statusCode: 502, payload: { detail: 'the answer makes no sense' } });
  return msg;
};`;

const tab = { id: 'tab', type: 'tab', label: 'bench' };
const url = '/v1/devices/:id/commands/set';
const httpOut = { id: 'out', z: 'tab', type: 'http response', statusCode: '', headers: {}, wires: [] };

function httpIn(to: string): object {
  return { id: 'in', z: 'tab', type: 'http in', url, method: 'post', wires: [[to]] };
}

function functionNode(id: string, text: string, wires: readonly string[], initialize = ''): object {
  const outputs = wires.length;
  const code = { func: `${isSetting}\n${text}`, initialize };
  return { id, z: 'tab', type: 'function', ...code, outputs, wires: wires.map((to) => [to]) };
}

const commandFlow: Flow = {
  nodes: [
    tab,
    httpIn('command'),
    functionNode('command', 'return isUnset(msg) ? msg : answer(msg, msg.payload);', ['out']),
    httpOut,
  ],
};

/** Keeps a message by its id until its answer comes, or too long. */
const correlate = `
const waiting = context.get('waiting');
if (msg.req !== undefined) {
  if (isUnset(msg)) return [null, msg];
  const timer = setTimeout(() => {
    waiting.delete(msg._msgid);
    node.send([null, Object.assign(msg, { statusCode: 504, payload: { detail: 'no answer' } })]);
  }, 5000);
  waiting.set(msg._msgid, { msg, timer });
  const topic = 'bench/' + msg.req.params.id + '/set/request';
  const correlationData = Buffer.from(msg._msgid);
  return [{ topic, payload: msg.payload, responseTopic: 'node-red/answers', correlationData }, null];
}
const id = String(msg.correlationData);
const asked = waiting.get(id);
if (asked === undefined) return null;
clearTimeout(asked.timer);
waiting.delete(id);
return [null, answer(asked.msg, msg.payload)];`;

function mqttFlow(port: number): Flow {
  const broker = { broker: '127.0.0.1', port: String(port), protocolVersion: '5', keepalive: '60', cleansession: true };
  const answers = { topic: 'node-red/answers', qos: '0', datatype: 'json', rh: 0, inputs: 0 };
  return {
    connects: 'answers',
    nodes: [
      tab,
      { id: 'broker', type: 'mqtt-broker', clientid: '', autoConnect: true, usetls: false, ...broker },
      httpIn('command'),
      functionNode('command', correlate, ['request', 'out'], `context.set('waiting', new Map());`),
      { id: 'request', z: 'tab', type: 'mqtt out', topic: '', qos: '0', retain: 'false', broker: 'broker', wires: [] },
      { id: 'answers', z: 'tab', type: 'mqtt in', ...answers, broker: 'broker', wires: [['command']] },
      httpOut,
    ],
  };
}

const request = `
if (isUnset(msg)) return [null, msg];
msg.payload = 'SET ' + msg.payload.volts + '\\n';
return [msg, null];`;

const reply = `
const text = String(msg.payload);
return answer(msg, msg.status === 'OK' && text.startsWith('OK ') ? { volts: Number(text.slice(3)) } : undefined);`;

function serialFlow(path: string): Flow {
  const line = { serialport: path, serialbaud: '9600', newline: '\\n', out: 'char', bin: 'false', addchar: '' };
  return {
    connects: 'exchange',
    nodes: [
      tab,
      { id: 'line', type: 'serial-port', ...line, waitfor: '', responsetimeout: '1000' },
      httpIn('command'),
      functionNode('command', request, ['exchange', 'out']),
      { id: 'exchange', z: 'tab', type: 'serial request', serial: 'line', wires: [['reply']] },
      functionNode('reply', reply, ['out']),
      httpOut,
    ],
  };
}

const reading = `
const count = context.get('count') || 0;
context.set('count', count + 1);
const at = new Date().toISOString();
const its = { device: 'ticker', name: 'count', value: count, unit: 'V', at, quality: 'good', source: 'polled' };
msg.payload = JSON.stringify({ ...its, simulated: true, cause: { kind: 'poll' } });
return msg;`;

const streamFlow: Flow = {
  nodes: [
    tab,
    { id: 'every', z: 'tab', type: 'inject', props: [], repeat: '0.1', once: false, wires: [['reading']] },
    functionNode('reading', reading, ['all']),
    { id: 'readers', type: 'websocket-listener', path: '/v1/stream', wholemsg: 'false' },
    { id: 'all', z: 'tab', type: 'websocket out', server: 'readers', client: '', wires: [] },
  ],
};
