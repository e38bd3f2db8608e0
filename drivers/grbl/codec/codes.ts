/**
 * What GRBL's numbers mean, in our words (GRBL 1.1: doc/csv/error_codes_en_US.csv and alarm_codes_en_US.csv). The
 * controller sends the number alone.
 */
const errors: Readonly<Record<number, string>> = {
  1: 'A G-code word must begin with a letter',
  2: 'A number is missing or malformed',
  3: 'Not a known $ command',
  4: 'The value must not be negative',
  5: 'Homing is not enabled ($22)',
  6: 'The step pulse must be longer than 3 µs',
  7: 'The EEPROM could not be read; its defaults were restored',
  8: 'This $ command is taken only when the machine is idle',
  9: 'G-code is locked during alarm or jog',
  10: 'Soft limits need homing to be enabled',
  11: 'The line is too long and was not executed',
  12: 'The setting would exceed the highest step rate',
  13: 'The safety door is open',
  14: 'The line is too long to be stored',
  15: 'The jog would leave the machine travel and was ignored',
  16: 'The jog has no "=" or holds G-code that a jog must not have',
  17: 'Laser mode needs a PWM output',
  20: 'The G-code command is invalid or not supported',
  21: 'Two commands of one modal group in a line',
  22: 'No feed rate has been set',
  23: 'The command takes a whole number',
  24: 'Two commands in a line use axis words',
  25: 'A word is repeated in the line',
  26: 'The command needs axis words, and there are none',
  27: 'The line number is out of range',
  28: 'The command lacks a value that it needs',
  29: 'Work coordinate systems G59.1 to G59.3 are not supported',
  30: 'G53 goes with G0 and G1 only',
  31: 'There are axis words that nothing in the line uses',
  32: 'The arc has no axis word in its plane',
  33: 'The target of the motion is invalid',
  34: 'The radius of the arc is invalid',
  35: 'The arc has no offset word in its plane',
  36: 'There are value words that nothing in the line uses',
  37: 'The tool length offset is not for the configured axis',
  38: 'The tool number is too large',
};

const alarms: Readonly<Record<number, string>> = {
  1: 'Hard limit: a limit switch was hit; the position is probably lost',
  2: 'Soft limit: the target lies outside the machine travel; the position is kept',
  3: 'Reset while in motion; the position is probably lost',
  4: 'Probe: it was not in its initial state before the cycle',
  5: 'Probe: it did not touch within the travel that was given',
  6: 'Homing failed: reset during the cycle',
  7: 'Homing failed: the safety door was opened during the cycle',
  8: 'Homing failed: pulling off did not clear the limit switch',
  9: 'Homing failed: no limit switch within the search distance',
};

export function errorText(code: number): string {
  return errors[code] ?? 'An error that GRBL 1.1 does not document';
}

export function alarmText(code: number): string {
  return alarms[code] ?? 'An alarm that GRBL 1.1 does not document';
}

/**
 * After these the controller answers nothing, not even `?`, until it is reset (GRBL 1.1, interface: "Alarm Message",
 * `[MSG:Reset to continue]`).
 */
export function isCritical(alarm: number): boolean {
  return alarm === 1 || alarm === 2;
}

/** Alarms after which the line that caused them is answered all the same: a probe that failed. */
export function isAnswered(alarm: number): boolean {
  return alarm === 4 || alarm === 5;
}

/** Whether an alarm leaves the position in doubt. */
export function losesPosition(alarm: number): boolean {
  return alarm !== 2 && !isAnswered(alarm);
}
