import { model, optionsSchema } from '../../drivers/grbl/model.ts';
import type { Clock } from '../../src/clock.ts';
import { type AnyDriver, BellcrankError, defineDriver, DryRunEnd, type TypedContext } from '../../src/driver/index.ts';
import { type FaceCall, FaceOne, refusal } from './face.ts';
import { home, job, jog, move } from './face-motion.ts';
import type { GrblBehaviour } from './model.ts';
import type { Push } from './state.ts';

const steps = { reset: 0, 'plus-10': 1, 'minus-10': 2, 'plus-1': 3, 'minus-1': 4 } as const;
const rapids = { 100: 0x95, 50: 0x96, 25: 0x97 } as const;
const coolant = { off: 'M9', flood: 'M8', mist: 'M7' } as const;

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(machine: GrblBehaviour, clock: Clock): AnyDriver {
  return defineDriver({
    model,
    transports: ['none'],
    options: optionsSchema,
    async attach(_connection, _options, context) {
      const teller = new Teller(machine, context);
      const face = new FaceOne(machine, clock, (push) => teller.take(push));
      context.signal.addEventListener('abort', () => face.close(), { once: true });
      teller.begin();
      return {
        commands: {
          'move-to': (params, call) => move(face, params, call),
          async home(_, call) {
            const at = await home(face, call);
            context.report('position-known', true);
            return at;
          },
          jog: (params, call) => jog(face, params, call),
          'jog-cancel': (_, call) => reach(face, 0x85, call, () => machine.state !== 'Jog'),
          hold: (_, call) => hold(face, call),
          resume: (_, call) => reach(face, 0x7e, call, () => machine.state !== 'Hold' && machine.state !== 'Door'),
          'soft-reset': (_, call) => reset(face, call),
          'feed-override': ({ step }, call) => byte(face, 0x90 + steps[step], call),
          'rapid-override': ({ percent }, call) => byte(face, rapids[percent], call),
          'spindle-override': ({ step }, call) => byte(face, 0x99 + steps[step], call),
          'spindle-on': ({ rpm, direction }, call) =>
            line(face, `${direction === 'counterclockwise' ? 'M4' : 'M3'}S${rpm}`, call),
          'spindle-off': (_, call) => line(face, 'M5', call),
          coolant: ({ mode }, call) => line(face, coolant[mode], call),
          unlock: (_, call) => line(face, '$X', call),
          'set-work-zero': ({ axes }, call) =>
            line(face, `G10L20P0${axes.map((axis) => `${axis.toUpperCase()}0`).join('')}`, call),
          'read-settings': (_, call) => readSettings(face, call),
          'set-setting': ({ number, value }, call) => line(face, `$${number}=${value}`, call),
          'run-job': ({ gcode }, call) => job(face, gcode, call, (progress) => context.emit('job-progress', progress)),
        },
        read: {
          state: async () => machine.state,
          'sub-state': async () => machine.subState ?? null,
          'machine-position': async () => told(face, () => face.place),
          'work-position': async () => told(face, () => face.workPlace),
          'feed-rate': async () => told(face, () => machine.planner.rate),
        },
        async stop(call) {
          await call.sending();
          machine.realtime(0x21);
          await reset(face, call);
        },
        resync: async () => {},
        detach: async () => face.close(),
      };
    },
  });
}

/** Reports what a controller tells unasked. */
class Teller {
  readonly #machine: GrblBehaviour;
  readonly #context: TypedContext<typeof model>;

  constructor(machine: GrblBehaviour, context: TypedContext<typeof model>) {
    this.#machine = machine;
    this.#context = context;
  }

  begin(): void {
    const { feed, rapid, spindleOverride } = this.#machine.accessories;
    this.#context.report('position-known', false);
    this.#context.report('overrides', { feed, rapid, spindle: spindleOverride });
  }

  take(push: Push): void {
    const context = this.#context;
    if (push.kind === 'message') return context.emit('message', { text: push.text });
    if (push.kind === 'alarm') {
      const alarm = { code: push.code, text: `Alarm ${push.code}` };
      context.emit('alarm', alarm);
      context.report('last-alarm', alarm);
      if (![2, 4, 5].includes(push.code)) context.report('position-known', false);
      return;
    }
    context.report('position-known', false);
    context.emit('reset', { banner: this.#machine.banner });
    context.availability(true, 'the simulated controller was reset');
  }
}

/** Locked, the controller tells nothing but that it is. */
function told<T>(face: FaceOne, value: () => T): T {
  if (face.machine.locked)
    throw new BellcrankError('device-failed', 'the simulated controller is locked', { outcome: 'failed' });
  return value();
}

async function line(
  face: FaceOne,
  text: string,
  call: FaceCall<Record<string, never>>,
): Promise<Record<string, never>> {
  if (!call.dryRun) face.assertReady(text.startsWith('$') ? undefined : 'Idle Run Jog Alarm');
  await face.line(call, text, face.since(false));
  call.confirm('acknowledged', { simulated: true });
  return {};
}

type Settings = { settings: { number: number; value: number }[] };

async function readSettings(face: FaceOne, call: FaceCall<Settings>): Promise<Settings> {
  if (!call.dryRun) face.assertReady();
  const lines = await face.line(call, '$$', face.since(false));
  call.confirm('acknowledged', { simulated: true });
  return {
    settings: lines.map((text) => {
      const [number = '', value = ''] = text.slice(1).split('=');
      return { number: Number(number), value: Number(value) };
    }),
  };
}

async function byte(face: FaceOne, value: number, call: FaceCall): Promise<Record<string, never>> {
  await call.sending();
  if (call.dryRun) throw new DryRunEnd(true);
  face.machine.realtime(value);
  return {};
}

async function hold(face: FaceOne, call: FaceCall): Promise<Record<string, never>> {
  const { machine } = face;
  if (['Alarm', 'Check', 'Sleep'].includes(machine.state)) {
    throw refusal('the simulated controller is not moving', machine.state, 'not moving');
  }
  return await reach(face, 0x21, call, () => machine.subState === 0 || machine.state === 'Idle');
}

async function reach(
  face: FaceOne,
  value: number,
  call: FaceCall,
  isReached: () => boolean,
): Promise<Record<string, never>> {
  await byte(face, value, call);
  await face.until(call, isReached);
  call.confirm('confirmed', { state: face.machine.state });
  return {};
}

async function reset(face: FaceOne, call: FaceCall): Promise<Record<string, never>> {
  const { resets } = face;
  await byte(face, 0x18, call);
  await face.until(call, () => face.machine.canReset || face.resets !== resets);
  if (face.resets === resets) face.machine.realtime(0x18);
  await face.until(call, () => face.resets !== resets);
  call.confirm('acknowledged', { simulated: true });
  return {};
}
