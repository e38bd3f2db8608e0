/** What stands in a place of a command line that a running service knows. */
export type Kind = 'device' | 'command' | 'property' | 'writable' | 'param' | 'value' | 'model' | 'candidate';

/** The operands of sub-commands, in their order; `...` repeats the one before. */
export const operands: Readonly<Record<string, readonly (Kind | '...')[]>> = {
  devices: ['device'],
  get: ['device', 'property'],
  set: ['device', 'writable', 'value'],
  send: ['device', 'command', 'param', '...'],
  watch: ['device', '...'],
  history: ['device', 'property'],
  stop: ['device', '...'],
  record: ['device'],
  models: ['model'],
  'lease take': ['device'],
  'lease renew': ['device'],
  'lease release': ['device'],
  'lease show': ['device'],
  'lease run': ['device'],
};

/** The values of options. */
export const optionKinds: Readonly<Record<string, Kind>> = {
  'alarms --device': 'device',
  'commands --device': 'device',
  'devices --model': 'model',
  'discover --adopt': 'candidate',
};

/** What stands in the place with this index, if anything that can be asked for. */
export function kindAt(command: string, index: number): Kind | undefined {
  const kinds = Object.hasOwn(operands, command) ? (operands[command] ?? []) : [];
  const found = kinds[index] ?? '...';
  const kind = found === '...' && kinds.at(-1) === '...' ? kinds.at(-2) : found;
  return kind === '...' ? undefined : kind;
}
