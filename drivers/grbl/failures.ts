import { BellcrankError, quoted } from '../../src/driver/index.ts';
import { alarmText, errorText } from './codec/codes.ts';
import type { StateName } from './codec/report.ts';

/** `error:n`: the line was not executed. */
export function refused(code: number, line: string): BellcrankError {
  const text = errorText(code);
  return new BellcrankError('device-refused', `the controller refused ${quoted(line)}: ${text} (error:${code})`, {
    outcome: 'refused',
    device: { code: `error:${code}`, text },
  });
}

/** The state that the controller tells of keeps it from executing lines; the command was not given to it. */
export function notNow(state: string, why: string): BellcrankError {
  return new BellcrankError('device-refused', `the controller is in state ${state}: ${why}`, {
    outcome: 'refused',
    device: { code: state, text: why },
  });
}

const notReadingBecause: Partial<Record<StateName, string>> = {
  Hold: 'it executes no lines until it is resumed or reset',
  Door: 'it executes no lines until the door is closed and it is resumed',
  Sleep: 'it sleeps until it is reset',
  Home: 'it is homing',
  Check: 'in check mode nothing moves',
  Alarm: 'it is locked until it is homed or unlocked',
};

/** In this state the controller takes no lines, or not those of the command. */
export function notReading(state: StateName): BellcrankError {
  return notNow(state, notReadingBecause[state] ?? 'it does not take this command now');
}

export function failed(message: string, device?: { code: string; text: string }): BellcrankError {
  return new BellcrankError('device-failed', message, { outcome: 'failed', ...(device && { device }) });
}

/** The dwell that tells the end of a motion was refused, and the motion goes on. */
export function endUnknown(code: number): BellcrankError {
  const text = errorText(code);
  const message = `the motion was taken, but nothing tells its end: the pause after it was refused, ${text}`;
  return new BellcrankError('device-protocol', `${message} (error:${code})`, {
    device: { code: `error:${code}`, text },
  });
}

/** An alarm ends a motion, half-way or before it began. */
export function motionAlarm(code: number): BellcrankError {
  const text = alarmText(code);
  return failed(`the controller went into alarm: ${text} (ALARM:${code})`, { code: `ALARM:${code}`, text });
}

/** An alarm instead of an answer tells nothing of what became of another line. */
export function alarmInstead(code: number): BellcrankError {
  const text = alarmText(code);
  return new BellcrankError('device-protocol', `an alarm came instead of an answer: ${text} (ALARM:${code})`, {
    device: { code: `ALARM:${code}`, text },
  });
}

export function resetMeanwhile(): BellcrankError {
  return new BellcrankError(
    'connection-lost',
    'the controller was reset while the command was under way: what became of it is not known',
  );
}

export function silent(ms: number): BellcrankError {
  return new BellcrankError('device-timeout', `the controller owes an answer, and has done nothing for ${ms} ms`);
}

export function noStatus(ms: number): BellcrankError {
  return new BellcrankError('device-timeout', `the controller did not tell its status within ${ms} ms`);
}

export function outOfStep(): BellcrankError {
  return new BellcrankError('device-timeout', 'the controller tells its status but does not answer lines');
}

export function lockedUntilReset(alarm: number | undefined): BellcrankError {
  const why = alarm === undefined ? 'it waits for a reset' : `${alarmText(alarm)} (ALARM:${alarm})`;
  return notNow('Alarm', `${why}; it takes nothing until a soft-reset`);
}
