import { BellcrankError } from '../../../errors.ts';
import type { Call } from '../../../driver/contract.ts';
import type { Known } from '../baseline.ts';
import {
  type Check,
  find,
  forEach,
  isAnswered,
  isEnough,
  must,
  onDirect,
  placesIn,
  spread,
  type Trial,
} from '../check.ts';
import type { Direct } from '../direct.ts';
import { nodeTimersOf } from '../node-timers.ts';

const reason = new BellcrankError('stopped', 'a stop came');

export const hygiene: readonly Check[] = [
  {
    name: 'an abort is obeyed at every step',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    async run(trial) {
      const all = (await trial.known()).filter(({ sent }) => sent.length > 0);
      await forEach(all, async (one) => {
        const steps = one.sent.length + one.heard.length;
        const places = Array.from({ length: steps }, (_, index) => index + 1);
        for (const step of spread(places, placesIn(trial))) await abortAt(trial, one, step, steps);
        if (isAnswered(one)) await abortWaiting(trial, one);
      });
    },
  },
  {
    name: 'nothing is done before it is sent',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    async run({ subject, known }) {
      const all = (await known()).filter(({ ran }) => ran.outcome === 'succeeded');
      const acts = all.filter(({ action, sent }) => action.effect !== 'read' || sent.length > 0);
      await forEach(acts, async ({ action, sent }) => {
        must(sent.length > 0, `${action.text} succeeded, and nothing had been sent`);
        await onDirect(subject, `${action.text}, its write held up`, async (direct) => {
          const gate = Promise.withResolvers<void>();
          const its = find(direct.actions, action);
          await direct.prepare(its);
          direct.tap.gate = () => gate.promise;
          let over = false;
          const invoked = direct.start(its).finally(() => (over = true));
          await direct.clock.advance(0);
          must(!over, 'it was over before anything had been sent');
          gate.resolve();
          const { returned, error } = await direct.settled(invoked);
          must(returned, `once it was sent it failed: ${String(error)}`);
        });
      });
    },
  },
  {
    name: 'it waits by the clock that it is given',
    async run({ subject }) {
      await onDirect(
        subject,
        'from its attach to its end',
        async (direct) => {
          const timers = await nodeTimersOf(async () => {
            await direct.attach();
            for (const action of direct.actions) await direct.run(action);
            await detach(direct);
            direct.end();
            await direct.clock.advance(0);
          });
          const what = 'which no clock of a test moves: there are context.clock, and delay and timeoutSignal on it';
          must(timers === 0, `it, or its simulator, set ${timers} timers of Node’s own, ${what}`);
        },
        false,
      );
    },
  },
  {
    name: 'no call leaves a timer behind',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    run: (trial) => growth(trial, 'timers'),
  },
  {
    name: 'no call leaves a listener behind',
    leftOut: ({ isAsked, isTold }) => (isAsked || isTold ? undefined : 'it cannot be asked for anything'),
    async run(trial) {
      await growth(trial, 'listeners');
      await growth(trial, 'signals');
    },
  },
  {
    name: 'a session that is over leaves nothing behind',
    async run({ subject }) {
      await onDirect(
        subject,
        'after its end',
        async (direct) => {
          const before = direct.held();
          await direct.attach();
          for (const action of direct.actions) await direct.run(action);
          await detach(direct);
          direct.end();
          await direct.clock.advance(0);
          await direct.connection.close();
          await direct.clock.advance(0);
          const { timers } = direct.held();
          must(timers <= before.timers, `${timers} timers are left of a session that is over`);
        },
        false,
      );
    },
  },
  {
    name: 'a session that is over listens to nothing on a connection that stays',
    leftOut: ({ shape }) =>
      shape === 'bytes' ? undefined : 'what its devices share may listen as long as the connection lives',
    async run({ subject }) {
      await onDirect(
        subject,
        'after its end',
        async (direct) => {
          await direct.attach();
          await detach(direct);
          direct.end();
          await direct.clock.advance(0);
          must(direct.tap.listeners === 0, `${direct.tap.listeners} listeners are left on the connection`);
          const from = direct.tap.passed.length;
          await direct.clock.advance(60_000);
          must(direct.tap.sent(from).length === 0, 'something was sent after the end of the session');
        },
        false,
      );
    },
  },
  {
    name: 'detaching twice and closing twice does no harm',
    async run({ subject }) {
      await onDirect(subject, 'twice', async (direct) => {
        for (let times = 0; times < 2; times++) await detach(direct);
        direct.end();
        for (let times = 0; times < 2; times++) await direct.connection.close();
        await direct.clock.advance(60_000);
      });
    },
  },
];

async function detach(direct: Direct): Promise<void> {
  if (direct.session.detach === undefined) return;
  const { returned, error, ignoredAbort } = await direct.call(
    (call: Call) => direct.session.detach?.(call as never) ?? Promise.resolve(),
  );
  must(returned || error instanceof BellcrankError, `detaching failed: ${String(error)}`);
  must(!ignoredAbort, 'detaching did not end when it was told to');
}

async function abortAt(trial: Trial, known: Known, at: number, steps: number): Promise<void> {
  const { action } = known;
  await onDirect(trial.subject, `${action.text}, aborted at step ${at} of ${steps}`, async (direct) => {
    const its = find(direct.actions, action);
    const controller = new AbortController();
    let heard = 0;
    let step = 0;
    await direct.prepare(its);
    const from = direct.tap.passed.length;
    direct.tap.onStep = () => {
      if (++step !== at) return;
      heard = direct.tap.passed.slice(from).filter(({ way }) => way === 'heard').length;
      controller.abort(reason);
    };
    const { returned, ignoredAbort } = await direct.run(its, controller.signal);
    must(!ignoredAbort, 'it went on although it was aborted');
    const mayBeOver = !returned || action.confirmation === 'sent' || (await isEnough(trial, known, heard));
    must(mayBeOver, 'it told success although it was aborted before it was answered');
    await stillFits(direct);
  });
}

async function abortWaiting({ subject }: Trial, { action }: Known): Promise<void> {
  await onDirect(subject, `${action.text}, aborted while it waits for an answer`, async (direct) => {
    const its = find(direct.actions, action);
    const controller = new AbortController();
    await direct.prepare(its);
    direct.tap.hearing = () => {};
    const invoked = direct.start(its, controller.signal);
    await direct.clock.advance(5);
    controller.abort(reason);
    const { returned, ignoredAbort } = await direct.settled(invoked);
    must(!ignoredAbort, 'it went on although it was aborted');
    must(!returned, 'it told success although it was aborted');
    await stillFits(direct);
  });
}

/** Whoever was aborted has let go of the signal that told it. */
async function stillFits(direct: Direct): Promise<void> {
  await direct.clock.advance(0);
  must(direct.leftOnCalls === 0, `${direct.leftOnCalls} listeners are left on the signals of calls`);
}

/** What is kept may not grow with the number of calls. */
async function growth({ subject, known }: Trial, what: 'timers' | 'listeners' | 'signals'): Promise<void> {
  const all = (await known()).filter(({ ran }) => ran.outcome === 'succeeded');
  await forEach(all, async ({ action }) => {
    await onDirect(subject, `${action.text}, again and again`, async (direct) => {
      const its = find(direct.actions, action);
      const after = async (times: number): Promise<number> => {
        for (let time = 0; time < times; time++) await direct.run(its);
        return direct.held()[what];
      };
      const early = await after(2);
      const late = await after(6);
      must(late <= early, `${late} ${what} after eight calls, ${early} after two`);
      must(
        what !== 'listeners' || direct.leftOnCalls === 0,
        `${direct.leftOnCalls} listeners are left on signals of calls`,
      );
    });
  });
}
