import {
  type AnyDriver,
  asError,
  type Call,
  BellcrankError,
  type ByteWire,
  defineDriver,
  defineModel,
  Type,
} from '../../src/driver/index.ts';
import { createRig, MemoryLine, type RigSettings } from './rig.ts';

const valued = Type.Object({ value: Type.Integer() }, { additionalProperties: false });
const empty = Type.Object({}, { additionalProperties: false });
const spec = { confirmation: 'acknowledged', timeoutMs: 2000, params: valued, result: empty } as const;

export const numberedModel = defineModel({
  name: 'numbered',
  summary: 'Answers carry the number of their question',
  commands: {
    set: { summary: 'Set', effect: 'idempotent', ...spec },
    ask: { summary: 'Ask', effect: 'read', ...spec },
  },
  properties: {},
  events: {},
  stop: { summary: 'Off', confirmation: 'sent', timeoutMs: 500 },
});

function judged(text: string): object {
  if (text === 'OK') return {};
  if (text === 'BUSY') throw new BellcrankError('busy', 'the device is busy', { outcome: 'refused' });
  throw new BellcrankError(text === 'NO' ? 'device-refused' : 'device-failed', text);
}

/** Several questions at a time; each is answered within 200 ms, or tells of its answer later. */
export const numberedDriver = defineDriver({
  model: numberedModel,
  transports: ['serial', 'tcp'],
  options: Type.Object({}, { additionalProperties: false }),
  maxInFlight: 4,
  attach(connection, _, { clock, signal }) {
    const open = new Map<number, (text: string) => void>();
    const off = connection.onData((chunk) => {
      const [id, text = ''] = Buffer.from(chunk).toString('latin1').split(' ');
      open.get(Number(id))?.(text);
    });
    signal.addEventListener('abort', off, { once: true });
    let questions = 0;
    const ask = async (call: Call<ByteWire>, text: string): Promise<void> => {
      const id = ++questions;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      promise.catch(() => {});
      open.set(id, (answer) => {
        try {
          const result = judged(answer);
          resolve();
          call.late(result);
        } catch (error) {
          reject(asError(error));
          call.late(error);
        }
      });
      await call.wire.write(Buffer.from(`${id} ${text}`));
      clock.timer(200, () => reject(new BellcrankError('device-timeout', 'no answer')));
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error), { once: true });
      await promise;
    };
    const asked = async (text: string, call: Call<ByteWire>): Promise<object> => {
      await ask(call, text);
      call.confirm('acknowledged');
      return {};
    };
    return Promise.resolve({
      commands: {
        set: ({ value }, call) => asked(`set ${value}`, call),
        ask: ({ value }, call) => asked(`ask ${value}`, call),
      },
      read: {},
      write: {},
      stop: (call) => call.wire.write(Buffer.from('0 stop')),
      resync: () => Promise.resolve(),
    });
  },
});

/** One such device that is ready; its far end answers as a test tells it to. */
export async function readyNumbered(
  settings: RigSettings & { readonly retries?: number; readonly driver?: AnyDriver } = {},
) {
  const { retries = 1, driver = numberedDriver, ...others } = settings;
  /** What came, without its number. */
  const asked: string[] = [];
  const answers: ((text: string) => Promise<void>)[] = [];
  const far = { reply: (_text: string): string | undefined => undefined };
  const line = new MemoryLine((end) => {
    end.onData((chunk) => {
      const [id = '', ...words] = Buffer.from(chunk).toString('latin1').split(' ');
      const text = words.join(' ');
      asked.push(text);
      const answer = (said: string): Promise<void> => end.write(Buffer.from(`${id} ${said}`));
      answers.push(answer);
      const reply = far.reply(text);
      if (reply !== undefined) void answer(reply);
    });
  });
  const rig = createRig(driver, { line }, [{ id: 'box', connection: 'line', retries }], others);
  await rig.until(() => rig.device('box').state === 'ready');
  return { rig, asked, answers, far };
}
