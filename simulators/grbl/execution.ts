import type { Controller } from './controller.ts';
import { raiseAlarm } from './interrupts.ts';
import { isWithin } from './motion.ts';
import type { Plan } from './parser.ts';
import type { Reply } from './state.ts';
import { systemLine } from './system.ts';

/** How long after a line was read its motion begins. */
const startMs = 5;

/** Writing the EEPROM stops all else, interrupts included: bytes that come meanwhile are lost. */
const eepromMs = 15;
const eepromLine = /G10(?!\d)|^\$\d+=/;

/** Executes one line that has lost its blanks and comments. */
export function executeLine(controller: Controller, line: string, reply: Reply): void {
  if (line.length > 79) return reply.answer(11);
  if (line === '') return reply.answer('ok');
  obey(controller, line, eepromLine.test(line) ? whenWritten(controller, reply) : reply);
}

function obey(controller: Controller, line: string, reply: Reply): void {
  const { parser, planner, settings, state } = controller;
  if (line.startsWith('$')) return systemLine(controller, line, reply);
  if (state === 'Alarm' || state === 'Jog') return reply.answer(9);
  const plan = parser.read(line, { end: planner.end, rapid: settings.get(110) });
  if (typeof plan === 'number') return reply.answer(plan);
  if (plan.motion !== undefined && !isWithin(controller, plan.motion.target)) return raiseAlarm(controller, 2);
  if (state === 'Check') return reply.answer('ok');
  carryOut(controller, plan, reply);
}

function carryOut(controller: Controller, plan: Plan, reply: Reply): void {
  const { accessories, parser, planner } = controller;
  const { motion, speed } = plan;
  if (speed !== undefined) parser.speed = speed;
  const waits = plan.spindle ?? plan.coolant ?? plan.dwellMs ?? plan.pause ?? plan.apply;
  if (waits !== undefined) return afterMotion(controller, () => settle(controller, plan, reply));
  accessories.speed = parser.speed;
  if (motion === undefined) return reply.answer('ok');
  const queue = (): void => {
    planner.add(motion);
    reply.answer('ok');
    controller.start(startMs);
  };
  controller.wait(() => planner.free > 0, queue);
}

/** Runs once the planner has emptied; until then no line is read. */
function afterMotion(controller: Controller, run: () => void): void {
  controller.start(0);
  controller.wait(() => controller.planner.isEmpty, run);
}

/** The planner is empty: what had to wait for that. */
function settle(controller: Controller, plan: Plan, reply: Reply): void {
  const { accessories, parser, planner } = controller;
  if (plan.spindle !== undefined) parser.spindle = plan.spindle;
  accessories.spindle = parser.spindle;
  accessories.speed = parser.speed;
  if (plan.coolant !== undefined) accessories.coolant(plan.coolant);
  plan.apply?.();
  if (plan.motion !== undefined) planner.add(plan.motion);
  controller.start(startMs);
  if (plan.pause === 'end') endProgram(controller);
  if (plan.pause === 'hold') pause(controller, reply);
  else dwell(controller, plan.dwellMs ?? 0, reply);
}

function pause(controller: Controller, reply: Reply): void {
  controller.state = 'Hold';
  controller.subState = 0;
  const isOver = (): boolean => controller.state !== 'Hold';
  controller.wait(isOver, () => reply.answer('ok'));
}

function dwell(controller: Controller, ms: number, reply: Reply): void {
  if (ms === 0) return reply.answer('ok');
  let isOver = false;
  const isDue = (): boolean => isOver;
  controller.wait(isDue, () => reply.answer('ok'));
  controller.after(ms, () => {
    isOver = true;
    controller.look();
  });
}

function endProgram(controller: Controller): void {
  controller.parser.reset(false);
  controller.accessories.off();
  controller.push({ kind: 'message', text: 'Pgm End' });
}

/** Answers once the EEPROM is written. */
function whenWritten(controller: Controller, reply: Reply): Reply {
  const answer = (code: 'ok' | number): void => {
    if (code !== 'ok') return reply.answer(code);
    controller.isDeaf = true;
    controller.after(eepromMs, () => {
      controller.isDeaf = false;
      reply.answer('ok');
      controller.becomeReady();
    });
  };
  return { data: (text) => reply.data(text), answer };
}
