import { BellcrankError } from '../../../src/driver/index.ts';
import type { Position } from './report.ts';

export type Axes = { readonly [axis in keyof Position]?: number | undefined };

const axes = ['x', 'y', 'z'] as const;

/** Millimetres with three decimals, as the controller itself tells them. */
function number(value: number): string {
  return (Number(value.toFixed(3)) + 0).toFixed(3);
}

function words(target: Axes): string {
  return axes.map((axis) => (target[axis] === undefined ? '' : axis.toUpperCase() + number(target[axis]))).join('');
}

export interface Move extends Axes {
  /** mm/min; undefined is a rapid motion. */
  readonly feed?: number | undefined;
  readonly isMachine: boolean;
}

/** An absolute motion in mm, feed per minute. G53 (machine coordinates) holds for its line alone. */
export function moveLine({ feed, isMachine, ...target }: Move): string {
  const motion = feed === undefined ? `G0${words(target)}` : `G1${words(target)}F${number(feed)}`;
  return `G21G90G94${isMachine ? 'G53' : ''}${motion}`;
}

export type JogMode = 'relative' | 'work' | 'machine';

/** GRBL 1.1, jogging: G20/G21, G90/G91 and G53 in a jog hold for it alone; F is required. */
export function jogLine(target: Axes, feed: number, mode: JogMode): string {
  const distance = mode === 'relative' ? 'G91' : mode === 'work' ? 'G90' : 'G90G53';
  return `$J=G21${distance}${words(target)}F${number(feed)}`;
}

/** Kept in EEPROM; P0 is the coordinate system in use. */
export function zeroLine(names: readonly (keyof Position)[]): string {
  return `G21G10L20P0${names.map((axis) => `${axis.toUpperCase()}0`).join('')}`;
}

/** `ok` comes when it is over, and it begins when everything before it has been executed. */
export const dwellLine = 'G4P0.01';

export function spindleLine(direction: 'clockwise' | 'counterclockwise', rpm: number): string {
  return `${direction === 'clockwise' ? 'M3' : 'M4'}S${number(rpm)}`;
}

/** Of a number it reads so many digits, those before the first that counts among them, and drops what follows (`read_float`). */
const mostDigits = 8;

/** The controller reads no exponents. Throws `invalid-request` for a value that it would cut. */
export function settingLine(setting: number, value: number): string {
  const text = (value + 0).toFixed(mostDigits).replace(/\.?0+$/, '');
  if (Number(text) === value && text.replaceAll(/\D/g, '').length <= mostDigits) return `$${setting}=${text}`;
  const detail = `the controller reads ${mostDigits} digits of a number, and ${value} has more`;
  throw new BellcrankError('invalid-request', detail, { errors: [{ pointer: '/value', detail }] });
}
