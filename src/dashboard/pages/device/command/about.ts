import type { CommandSpec } from '../../../../client/index.ts';
import { duration } from '../data/times.ts';

const effects: Readonly<Record<CommandSpec['effect'], string>> = {
  read: 'It changes nothing.',
  idempotent: 'To repeat it changes nothing more.',
  actuate: 'Each repetition acts again.',
};
const confirmations: Readonly<Record<CommandSpec['confirmation'], string>> = {
  sent: 'It is done when it was handed to the wire: the device confirms nothing.',
  acknowledged: 'It is done when the device has answered that it took it.',
  confirmed: 'It is done when the device itself reports the state asked for.',
};

/** What to expect of a command, before it is sent. */
export function about({ effect, confirmation, timeoutMs, long, urgent }: CommandSpec): string {
  return [
    effects[effect],
    confirmations[confirmation],
    long === true
      ? `It takes its time, ${duration(timeoutMs)} from one sign of progress to the next at most.`
      : `It has ${duration(timeoutMs)}.`,
    ...(urgent === true ? ['It overtakes what waits.'] : []),
  ].join(' ');
}
