import { attachCall, BellcrankError, defineDriver, LineExchange } from '../../src/driver/index.ts';
import { decodeAnswer, decodeTemperature, isIdentity, setTarget } from './codec.ts';
import { model, options } from './model.ts';

/** Longest pause inside the device's answers: silence of this length proves that none is under way. */
const quietMs = 100;

const template = defineDriver({
  model,
  transports: ['serial', 'tcp'],
  options,
  timing: { quietMs },
  async attach(connection, { replyTimeoutMs = 500 }, context) {
    const line = new LineExchange(connection, {
      clock: context.clock,
      outTerminator: '\n',
      inTerminator: '\n',
      replyTimeoutMs,
      quietMs,
      unmatched: (what) => context.unmatched(what),
    });
    context.signal.addEventListener('abort', () => line.close(), { once: true });
    const identity = await line.query(attachCall(connection, context.signal), 'ID?', { decode: String });
    if (!isIdentity(identity)) throw new BellcrankError('identity-mismatch', 'what answers there is not a heater');
    return {
      commands: {
        async 'set-target'({ celsius }, call) {
          // `final`: this reply decides the command, so a late one may still resolve it.
          const decode = (reply: string): object => {
            decodeAnswer(reply);
            return {};
          };
          await line.query(call, setTarget(celsius), { decode, final: true });
          call.confirm('acknowledged');
          return {};
        },
      },
      read: { temperature: (call) => line.query(call, 'TEMP?', { decode: decodeTemperature }) },
      // As long as the device may take to answer, and to end its answer.
      readWithinMs: () => 2 * replyTimeoutMs,
      async stop(call) {
        // At once, whatever may still be under way: the answer to a question that follows proves that it was read.
        await line.send(call, 'OFF');
        await line.probe(call, 'ID?', { decode: String, isReply: isIdentity, maxSkipped: 10 });
        call.confirm('acknowledged');
      },
      async resync(call) {
        await line.drain(quietMs, 2000, call.signal);
        // An answer that cannot be taken for any other: once it is here, nothing older is under way.
        await line.probe(call, 'ID?', { decode: String, isReply: isIdentity, maxSkipped: 10 });
      },
    };
  },
});

/** `drivers: [./driver.ts]` in a configuration takes the default export. */
export default template;
