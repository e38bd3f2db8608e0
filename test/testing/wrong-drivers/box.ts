import type { ByteConnection, Clock } from '../../../src/driver/index.ts';
import type { WireSimulatorKind } from '../../../simulators/simulator.ts';

/** A box with a level, a counter of pulses and three items, on a line of text. */
class Box {
  level = 3;
  pulses = 0;
  isOn = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  serve(far: ByteConnection): void {
    // Whoever connects hears of the door.
    this.#clock.timer(500, () => void far.write(Buffer.from('!door 1\n')).catch(() => {}));
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
        const line = input.slice(0, end);
        input = input.slice(end + 1);
        const say = (text: string): void => void far.write(Buffer.from(`${text}\n`, 'latin1')).catch(() => {});
        // It takes its time, as devices do.
        this.#clock.timer(2, () => {
          for (const text of this.obey(line)) say(text);
        });
      }
    });
  }

  obey(line: string): readonly string[] {
    const [word = '', value = ''] = line.split(' ');
    switch (word) {
      case 'ID?':
        return ['BOX'];
      case 'A?':
        return ['VAL 11'];
      case 'B?':
        return [`VAL ${this.level}`];
      case 'LIST?':
        return ['ITEM 1', 'ITEM 2', 'ITEM 3'];
      case 'SET':
        if (Number(value) > 50) return ['ERR 1'];
        this.level = Number(value);
        return ['OK'];
      case 'PULSE':
        this.pulses++;
        return ['OK'];
      case 'OFF':
        this.isOn = false;
        return ['OK'];
      default:
        return ['ERR 2'];
    }
  }
}

const number = { type: 'number' } as const;
const asked = /^(SET \S+|PULSE|OFF)\n/;

/** Written from what the box does, not from what any driver makes of it. */
export const boxSimulator: WireSimulatorKind = {
  model: 'box',
  options: { type: 'object', properties: {}, additionalProperties: false },
  create({ clock }) {
    const box = new Box(clock);
    return {
      wire: {
        shape: 'bytes',
        serve: (far) => box.serve(far),
        nak: (heard) => (asked.test(Buffer.from(heard).toString('latin1')) ? Buffer.from('ERR 9\n') : undefined),
      },
      parts: [
        {
          name: 'main',
          state: {
            level: { schema: number, get: () => box.level, set: (level: never) => void (box.level = level) },
            pulses: { schema: number, get: () => box.pulses, set: (pulses: never) => void (box.pulses = pulses) },
          },
        },
      ],
      close: () => {},
    };
  },
};
