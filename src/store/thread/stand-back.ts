import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { pid } from 'node:process';

/** About a third of the share that another thread has where both would run (sched(7), nice values). */
const steps = 5;
const least = 19;

/** The system's side of it. */
export interface Scheduling {
  /** Which thread this is: where proc(5) has `thread-self`, `<process>/task/<thread>`. May throw. */
  readonly self: () => string;
  /** Of one thread, as setpriority(2) has it on Linux. May throw. */
  readonly priority: (thread: number) => number;
  readonly setPriority: (thread: number, priority: number) => void;
}

const linux: Scheduling = {
  self: () => readlinkSync('/proc/thread-self'),
  priority: (thread) => getPriority(thread),
  setPriority,
};

/**
 * Puts the thread that calls it behind those that answer requests and send stops, where they share a core. Linux alone
 * knows a priority for each thread; elsewhere, and where it is not allowed, all is as it was. Returns whether it was done.
 */
export function standBack({ self, priority, setPriority: set }: Scheduling = linux, own = pid): boolean {
  try {
    const [, process, thread] = /^(\d+)\/task\/(\d+)$/.exec(self()) ?? [];
    // Another namespace's numbers would mean somebody else.
    if (Number(process) !== own || thread === undefined) return false;
    set(Number(thread), Math.min(least, priority(Number(thread)) + steps));
    return true;
  } catch {
    return false;
  }
}
