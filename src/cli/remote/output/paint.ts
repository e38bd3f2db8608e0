import { styleText } from 'node:util';
import type { Surroundings } from '../../context.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'magenta';

/** Colours a text, where there are colours. */
export type Paint = (style: Style, text: string) => string;

/** Colours are for terminals, unless somebody wants none (https://no-color.org) or the terminal has none. */
export function paintOn(isTerminal: boolean, env: Surroundings['env']): Paint {
  const none = !isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return none ? (_, text) => text : (style, text) => styleText(style, text, { validateStream: false });
}
