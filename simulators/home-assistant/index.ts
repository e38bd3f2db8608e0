import { homeAssistantModel } from '../../drivers/home-assistant/model.ts';
import type { Simulator, SimulatorKind, SimulatorSettings } from '../simulator.ts';
import { simulatedDriver } from './driver.ts';
import { BoardBehaviour } from './model.ts';
import { type BoardOptions, boardOptions, optionsSchema } from './options.ts';
import { boardPart } from './parts.ts';
import { BoardWire } from './wire.ts';

export type { BoardBehaviour, BoardState } from './model.ts';
export { boardModel } from './specs.ts';

/** A simulated board, its identifier, and its behaviour for tests to steer. */
export interface BoardSimulator extends Simulator {
  readonly device: string;
  readonly behaviour: BoardBehaviour;
  /** Announces itself anew, with other options. */
  describe(options: Partial<BoardOptions>): void;
  /** Takes back all that it has announced. */
  forget(): void;
}

function create({ clock, seed, options }: SimulatorSettings): BoardSimulator {
  const settings = boardOptions(options, seed);
  const behaviour = new BoardBehaviour(clock, settings.travelMs);
  const wire = new BoardWire(behaviour, settings);
  return {
    device: settings.device,
    behaviour,
    driver: simulatedDriver(behaviour, clock),
    wire: wire.face,
    parts: [boardPart(behaviour, settings)],
    describe: (changed) => wire.describe({ ...settings, ...changed }),
    forget: () => wire.forget(),
    close() {
      wire.close();
      behaviour.close();
    },
  };
}

export const homeAssistantSimulator = {
  model: homeAssistantModel.name,
  options: optionsSchema,
  /** Its identifier is all that it is known by; its name is another one. */
  another: (options, seed) => ({ ...boardOptions(options, seed), name: 'Another board' }),
  create,
} satisfies SimulatorKind;
