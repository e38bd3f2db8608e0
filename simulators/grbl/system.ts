import type { Controller } from './controller.ts';
import { reset } from './interrupts.ts';
import { home, jog } from './motion.ts';
import type { Vector } from './planner.ts';
import type { Reply } from './state.ts';

/** Executes a line that begins with `$` (GRBL 1.1, commands: "Grbl $ Commands"). */
export function systemLine(machine: Controller, line: string, reply: Reply): void {
  const handler = handlers[line];
  if (handler !== undefined) return handler(machine, reply);
  if (line.startsWith('$J=')) return jogLine(machine, line.slice(3), reply);
  if (!isStill(machine)) return reply.answer(8);
  const [, number, value] = /^\$(\d{1,3})=(-?\d+\.?\d*)$/.exec(line) ?? [];
  if (number !== undefined && value !== undefined) {
    return reply.answer(machine.settings.set(Number(number), Number(value)) || 'ok');
  }
  reply.answer(/^\$\d/.test(line) ? 2 : 3);
}

type Handler = (machine: Controller, reply: Reply) => void;

/** Most commands are taken only at rest. */
function isStill({ state }: Controller): boolean {
  return state === 'Idle' || state === 'Alarm';
}

function atRest(handler: Handler): Handler {
  return (machine, reply) => (isStill(machine) ? handler(machine, reply) : reply.answer(8));
}

const handlers: Readonly<Record<string, Handler | undefined>> = {
  $: (_, reply) => {
    reply.data('[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]');
    reply.answer('ok');
  },
  $$: (machine, reply) => {
    if (machine.state === 'Run' || machine.state === 'Hold') return reply.answer(8);
    for (const line of machine.settings.print()) reply.data(line);
    reply.answer('ok');
  },
  $G: (machine, reply) => {
    reply.data(machine.parser.print(machine.accessories.modes));
    reply.answer('ok');
  },
  $X: (machine, reply) => {
    if (machine.state === 'Alarm') {
      machine.push({ kind: 'message', text: 'Caution: Unlocked' });
      machine.state = 'Idle';
    }
    reply.answer('ok');
  },
  $C: check,
  '$#': atRest((machine, reply) => {
    for (const [index, system] of machine.parser.systems.entries()) reply.data(`[G${54 + index}:${list(system)}]`);
    reply.data('[TLO:0.000]');
    reply.answer('ok');
  }),
  $I: atRest((machine, reply) => {
    reply.data(`[VER:1.1h.20190825:${machine.options.buildInfo}]`);
    reply.data(`[OPT:VM,15,${machine.options.bufferBytes}]`);
    reply.answer('ok');
  }),
  $N: atRest((_, reply) => {
    reply.data('$N0=');
    reply.data('$N1=');
    reply.answer('ok');
  }),
  $H: atRest((machine, reply) => {
    if (machine.settings.get(22) === 0) return reply.answer(5);
    if (machine.pins.includes('D')) return reply.answer(13);
    home(machine, reply);
  }),
  $SLP: atRest((machine, reply) => {
    reply.answer('ok');
    sleep(machine);
  }),
};

function sleep(machine: Controller): void {
  machine.planner.clear();
  machine.accessories.off();
  machine.state = 'Sleep';
  machine.push({ kind: 'message', text: 'Sleeping' });
}

/** Check mode ends with a reset. */
function check(machine: Controller, reply: Reply): void {
  if (machine.state === 'Check') {
    machine.push({ kind: 'message', text: 'Disabled' });
    reply.answer('ok');
    return reset(machine);
  }
  if (machine.state !== 'Idle') return reply.answer(8);
  machine.state = 'Check';
  machine.push({ kind: 'message', text: 'Enabled' });
  reply.answer('ok');
}

function jogLine(machine: Controller, line: string, reply: Reply): void {
  if (machine.state !== 'Idle' && machine.state !== 'Jog') return reply.answer(8);
  reply.answer(jog(machine, line) || 'ok');
}

function list(position: Vector): string {
  return position.map((value) => value.toFixed(3)).join(',');
}
