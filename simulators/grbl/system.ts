import type { GrblBehaviour, Reply } from './model.ts';
import type { Vector } from './planner.ts';

/** Executes a line that begins with `$` (GRBL 1.1, commands: "Grbl $ Commands"). */
export function systemLine(machine: GrblBehaviour, line: string, reply: Reply): void {
  const handler = handlers[line];
  if (handler !== undefined) return handler(machine, reply);
  if (line.startsWith('$J=')) return jog(machine, line.slice(3), reply);
  if (!isStill(machine)) return reply.answer(8);
  const [, number, value] = /^\$(\d{1,3})=(-?\d+\.?\d*)$/.exec(line) ?? [];
  if (number !== undefined && value !== undefined) {
    return reply.answer(machine.settings.set(Number(number), Number(value)) || 'ok');
  }
  reply.answer(/^\$\d/.test(line) ? 2 : 3);
}

type Handler = (machine: GrblBehaviour, reply: Reply) => void;

/** Most commands are taken only at rest. */
function isStill({ state }: GrblBehaviour): boolean {
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
    reply.data(`[OPT:VM,15,${machine.bufferBytes}]`);
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
    machine.home(reply);
  }),
  $SLP: atRest((machine, reply) => {
    reply.answer('ok');
    machine.sleep();
  }),
};

/** Check mode ends with a reset. */
function check(machine: GrblBehaviour, reply: Reply): void {
  if (machine.state === 'Check') {
    machine.push({ kind: 'message', text: 'Disabled' });
    reply.answer('ok');
    return machine.reset();
  }
  if (machine.state !== 'Idle') return reply.answer(8);
  machine.state = 'Check';
  machine.push({ kind: 'message', text: 'Enabled' });
  reply.answer('ok');
}

function jog(machine: GrblBehaviour, line: string, reply: Reply): void {
  if (machine.state !== 'Idle' && machine.state !== 'Jog') return reply.answer(8);
  reply.answer(machine.jog(line) || 'ok');
}

function list(position: Vector): string {
  return position.map((value) => value.toFixed(3)).join(',');
}
