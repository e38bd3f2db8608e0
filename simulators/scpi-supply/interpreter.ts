import { execute, type UnitResult } from './commands.ts';
import { supplyErrors } from './error-queue.ts';
import { parseUnit, type ProgramUnit } from './header.ts';
import type { SupplyBehaviour } from './model.ts';

/**
 * Carries out one program message and returns its response, if it has queries. A command error (−1xx) ends the
 * message, since what follows it cannot be trusted; an execution error (−2xx) only ends its unit (IEEE 488.2 §11.5.1).
 */
export function interpret(supply: SupplyBehaviour, message: string): string | undefined {
  const answers: string[] = [];
  let path: readonly string[] = [];
  for (const text of message.split(';').map((unit) => unit.trim())) {
    if (text === '') continue;
    const unit = parseUnit(text, path);
    if (unit !== undefined) path = pathAfter(unit, path);
    const result: UnitResult = unit === undefined ? supplyErrors.invalidCharacter : execute(supply, unit);
    if (typeof result === 'string') answers.push(result);
    else if (result !== undefined) supply.errors.push(result);
    if (typeof result === 'object' && isCommandError(result.code)) break;
  }
  return answers.length === 0 ? undefined : answers.join(';');
}

function pathAfter(unit: ProgramUnit, before: readonly string[]): readonly string[] {
  return unit.words[0]?.startsWith('*') === true ? before : unit.words.slice(0, -1);
}

function isCommandError(code: number): boolean {
  return code <= -100 && code > -200;
}
