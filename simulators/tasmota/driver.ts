import { modelOf, tasmotaOptions as deviceOptions } from '../../drivers/tasmota/model.ts';
import type { Clock } from '../../src/clock.ts';
import { type AnyDriver, type AnySession, type Call, contractVersion } from '../../src/driver/index.ts';
import { descriptionOf } from './description.ts';
import { FaceOne } from './face.ts';
import type { Hsb } from './light.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';
import { named, valuesOf } from './values.ts';

type Act = (input: never, call: Call<null>) => Promise<unknown>;

function relayCommands(face: FaceOne, { switchable }: TasmotaBehaviour): Record<string, Act> {
  const commands: Record<string, Act> = {};
  const [only] = switchable;
  if (only !== undefined && switchable.length === 1) {
    commands['power'] = ({ on }: { on: boolean }, call) => face.power(call, only, on ? 'on' : 'off');
  }
  for (const relay of switchable) {
    commands[named('toggle', relay, switchable.length)] = (_params, call) => face.power(call, relay, 'toggle');
  }
  return commands;
}

function shutterCommands(face: FaceOne, { shutters }: TasmotaBehaviour): Record<string, Act> {
  const commands: Record<string, Act> = {};
  for (const [index, shutter] of shutters.entries()) {
    const add = (move: string, act: () => void): void => {
      commands[named(move, index + 1, shutters.length)] = (_params, call) => face.act(call, 'acknowledged', act);
    };
    add('open', () => shutter.moveTo(100));
    add('close', () => shutter.moveTo(0));
    add('stop-moving', () => shutter.stop());
  }
  return commands;
}

function writes(face: FaceOne, device: TasmotaBehaviour): Record<string, Act> {
  const { switchable, shutters } = device;
  const set = (act: (value: never) => void): Act => {
    return async (value, call) => void (await face.act(call, 'confirmed', () => act(value)));
  };
  const all: Record<string, Act> = {
    dimmer: set((value: number) => device.setLight((light) => (light.dimmer = value))),
    color: set((value: Hsb) => device.setLight((light) => (light.color = value))),
    'color-temperature': set((value: number) => device.setLight((light) => (light.temperature = value))),
    'fan-speed': set((value: number) => (device.fanSpeed = value)),
  };
  for (const relay of switchable) {
    all[named('power', relay, switchable.length)] = async (on: boolean, call: Call<null>) =>
      void (await face.power(call, relay, on ? 'on' : 'off'));
  }
  for (const [index, shutter] of shutters.entries()) {
    all[named('shutter-position', index + 1, shutters.length)] = async (value: number, call: Call<null>) =>
      void (await face.act(call, 'acknowledged', () => shutter.moveTo(value)));
  }
  return all;
}

/** Face 1: the Driver contract straight on the behaviour, with the same model and options and no wire between. */
export function simulatedDriver(device: TasmotaBehaviour, options: TasmotaOptions, clock: Clock): AnyDriver {
  const model = modelOf(descriptionOf(device, options));
  return {
    contract: contractVersion,
    model,
    transports: ['none'],
    options: deviceOptions,
    async attach(_connection, given, context): Promise<AnySession> {
      // Validated against the schema of the driver's options.
      const { replyTimeoutMs = 2000 } = given as { replyTimeoutMs?: number };
      const face = new FaceOne({ device, options, clock, context, replyTimeoutMs });
      const stopListening = face.begin();
      context.signal.addEventListener('abort', stopListening, { once: true });
      const read = (name: string) => (call: Call<null>) => face.read(call, () => valuesOf(device, options)[name]);
      return {
        model,
        commands: {
          ...relayCommands(face, device),
          ...shutterCommands(face, device),
          restart: (_params, call: Call<null>) => face.act(call, 'acknowledged', () => device.powerCycle()),
        },
        read: Object.fromEntries(Object.keys(model.properties).map((name) => [name, read(name)])),
        write: writes(face, device),
        stop: (call: Call<null>) => face.stop(call),
        resync: (call: Call<null>) => face.resync(call),
        detach: async () => stopListening(),
      };
    },
  };
}
