import { homeAssistantModel } from '../../drivers/home-assistant/model.ts';
import { attachedBy, entry, oneOf, quantity, type SimulatedPart, whole, yesOrNo } from '../state.ts';
import type { BoardBehaviour, BoardState, Part } from './model.ts';
import type { BoardOptions } from './options.ts';

const schemas = {
  relay: yesOrNo('On'),
  setpoint: quantity('Setpoint', '°C', 5, 30),
  mode: oneOf('Mode', ['eco', 'comfort', 'off']),
  lamp: yesOrNo('On'),
  brightness: whole('Brightness', '', 0, 255),
  temperature: quantity('Temperature', '°C', -55, 125),
  door: yesOrNo('Open'),
} as const;

/** What can be seen of the board, and done to it by hand. */
export function boardPart(board: BoardBehaviour, { device }: BoardOptions): SimulatedPart {
  const of = <P extends Part & keyof typeof schemas>(part: P) => ({
    schema: schemas[part],
    get: () => board.state[part],
    set: (value: BoardState[P]) => board.set(part, value),
  });
  return {
    name: 'main',
    is: attachedBy(homeAssistantModel.name, { device }),
    state: {
      relay: of('relay'),
      setpoint: of('setpoint'),
      mode: of('mode'),
      lamp: of('lamp'),
      'lamp-brightness': of('brightness'),
      temperature: of('temperature'),
      door: of('door'),
      blind: entry(oneOf('Where the blind is', blindStates), () => board.state.blind),
      presses: entry(whole('How often restart was pressed', '', 0, 1e9), () => board.presses),
      online: entry(
        yesOrNo('On its network'),
        () => board.online,
        (online) => (online ? board.comeOnline() : board.goOffline()),
      ),
    },
    buttons: {
      'open-blind': () => board.move('open'),
      'close-blind': () => board.move('closed'),
      'stop-blind': () => board.stopMoving(),
    },
  };
}

const blindStates = ['open', 'opening', 'closed', 'closing', 'stopped'] as const;
