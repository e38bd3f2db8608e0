import type { Running } from './running.ts';
import type { FaultReport, SimulatorControl } from '../../simulation/control.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { suggestion } from '../../yaml/suggest.ts';
import { pairOf, valueOf } from '../name-value.ts';
import { parseFault, setFaults } from './fault.ts';
import { speedOf, speedRule } from './speed.ts';

/** One simulator, by the name that a line begins with where there are several. */
interface Target {
  readonly name: string;
  readonly control: SimulatorControl;
}

type Perform = (control: SimulatorControl, words: readonly string[]) => string | Promise<string>;

const commands: Readonly<Record<string, { readonly usage: string; readonly perform: Perform }>> = {
  state: { usage: 'state [PART]', perform: state },
  set: { usage: 'set [PART/]NAME=VALUE …', perform: set },
  press: { usage: 'press BUTTON', perform: press },
  fault: { usage: 'fault KIND[:NAME=VALUE,…] …   (in place of those that are set)', perform: fault },
  faults: { usage: 'faults', perform: (control) => faultsText(control.faults()) },
  clear: { usage: 'clear   (all faults)', perform: async (control) => faultsText(await control.clearFaults()) },
  speed: { usage: 'speed FACTOR   (1 is real time, 10 ten times as fast)', perform: speed },
  pause: { usage: 'pause', perform: (control) => timeText(control, { paused: true }) },
  resume: { usage: 'resume', perform: (control) => timeText(control, { paused: false }) },
};

export const consoleHelp = [...Object.values(commands).map(({ usage }) => usage), 'help', 'quit']
  .map((usage) => `  ${usage}`)
  .join('\n');

/** Does what a line says; resolves with what there is to say about it, or with `quit`. Never rejects. */
export async function perform(line: string, running: readonly Running[]): Promise<string | { readonly quit: true }> {
  const targets = targetsOf(running);
  const words = wordsOf(line);
  const named = targets.find(({ name }) => name === words[0]);
  const [verb = '', ...rest] = named === undefined ? words : words.slice(1);
  if (verb === '') return '';
  if (verb === 'quit' || verb === 'exit') return { quit: true };
  if (verb === 'help') return helpFor(targets);
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (command === undefined) return `there is no command ${JSON.stringify(verb.slice(0, 40))}; "help" lists them`;
  const target = named ?? (targets.length === 1 ? targets[0] : undefined);
  if (target === undefined) return `say which: ${namesOf(targets)} (as in "${targets[0]?.name ?? ''} ${verb}")`;
  try {
    return await command.perform(target.control, rest);
  } catch (error) {
    return messageOf(error);
  }
}

function targetsOf(running: readonly Running[]): readonly Target[] {
  return running.flatMap(({ name, controls }) =>
    controls.map((control, index) => ({ name: controls.length === 1 ? name : `${name}/${index + 1}`, control })),
  );
}

function namesOf(targets: readonly Target[]): string {
  const more = targets.length > 20 ? `, and ${targets.length - 20} more` : '';
  return `${targets
    .slice(0, 20)
    .map(({ name }) => name)
    .join(', ')}${more}`;
}

function helpFor(targets: readonly Target[]): string {
  const which = targets.length > 1 ? `\nBefore each, which one is meant: ${namesOf(targets)}` : '';
  return `${consoleHelp}${which}`;
}

/** Cut at spaces that stand in no quotes and no brackets of JSON's. */
function wordsOf(line: string): string[] {
  return line.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

function state(control: SimulatorControl, [only]: readonly string[]): string {
  const parts = only === undefined ? control.parts : [only];
  if (parts.length === 0) return 'it tells nothing of its state';
  return parts.map((part) => stateOf(control, part, parts.length > 1)).join('\n');
}

function stateOf(control: SimulatorControl, part: string, several: boolean): string {
  const lines = Object.entries(control.state(part)).map(([name, { value, schema, settable }]) => {
    const unit = typeof schema['unit'] === 'string' ? ` ${schema['unit']}` : '';
    return `${several ? `${part}/` : ''}${name} = ${JSON.stringify(value)}${unit}${settable ? '' : ' (follows)'}`;
  });
  return lines.join('\n');
}

function set(control: SimulatorControl, words: readonly string[]): string {
  const changes = new Map<string, Record<string, unknown>>();
  for (const word of words) {
    const { name, value } = pairOf(word) ?? fail(`${JSON.stringify(word)} is no NAME=VALUE`);
    const slash = name.lastIndexOf('/');
    const part = slash < 0 ? onlyPart(control) : name.slice(0, slash);
    const named = name.slice(slash + 1);
    const known = Object.keys(control.state(part));
    if (!known.includes(named)) throw fail(`there is no ${JSON.stringify(named)} to set${suggestion(named, known)}`);
    changes.set(part, { ...changes.get(part), [named]: valueOf(value) });
  }
  if (changes.size === 0) throw fail('say what: set NAME=VALUE');
  for (const [part, values] of changes) control.setState(part, values);
  return Array.from(changes.keys(), (part) => stateOf(control, part, control.parts.length > 1)).join('\n');
}

function onlyPart({ parts }: SimulatorControl): string {
  const [first, ...others] = parts;
  if (first === undefined) throw fail('there is nothing to set');
  if (others.length > 0) throw fail(`say of which part, as in ${first}/NAME=VALUE; there are ${parts.join(', ')}`);
  return first;
}

async function press(control: SimulatorControl, [button]: readonly string[]): Promise<string> {
  if (button === undefined) return `there is: ${control.buttons.join(', ') || 'nothing to press'}`;
  await control.press(button);
  return `pressed ${button}`;
}

async function fault(control: SimulatorControl, words: readonly string[]): Promise<string> {
  if (words.length === 0) return faultsText(control.faults());
  return faultsText(await setFaults(control, words.map(parseFault)));
}

function faultsText({ seed, faults }: FaultReport): string {
  if (faults.length === 0) return 'no faults';
  const lines = faults.map(({ fault: { kind, ...others }, acted, active }) => {
    const given = Object.keys(others).length === 0 ? '' : ` ${JSON.stringify(others)}`;
    return `${kind}${given}: acted ${acted === 1 ? 'once' : `${acted} times`}${active ? '' : ', over'}`;
  });
  return [...lines, `seed ${seed}`].join('\n');
}

function speed(control: SimulatorControl, [text = '']: readonly string[]): string {
  const factor = speedOf(text);
  if (factor === undefined) throw fail(`the speed must be ${speedRule}, as in "speed 10"`);
  return timeText(control, { speed: factor });
}

function timeText(control: SimulatorControl, changes: object): string {
  const { speed, paused } = control.setTime(changes);
  return `${paused ? 'paused' : 'running'}, speed ${speed}`;
}

function fail(text: string): never {
  throw new BellcrankError('invalid-request', text);
}
