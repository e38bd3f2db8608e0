import type { Invoked } from '../device/invoke.ts';
import { type Taken, taken } from '../driver/bounds.ts';
import type { InputError } from '../errors.ts';
import { judge, type Verdict } from './outcome.ts';
import { need } from './need.ts';
import type { Passage, Resolved } from './step.ts';

/** The verdict on a command that was run: what the device answered is validated, too. It is asked for several times. */
export function verdictOf(passage: Passage, invoked: Invoked): Verdict {
  if (passage.judged?.invoked !== invoked)
    passage.judged = { invoked, verdict: verdictOn(need(passage.resolved), invoked) };
  return passage.judged.verdict;
}

function verdictOn(resolved: Resolved, invoked: Invoked): Verdict {
  const { effect, confirmation } = resolved.spec;
  const told: Partial<Taken> = invoked.returned ? takenResult(resolved, invoked.value) : {};
  const invalidResult = told.error && wrongResult(told.error);
  const verdict = judge({ effect, declared: confirmation, invoked, invalidResult });
  return verdict.outcome === 'succeeded' && 'value' in told ? { ...verdict, result: told.value } : verdict;
}

/** The result of a command that has one. */
export function takenResult({ result }: Resolved, value: unknown): Taken {
  return result === undefined ? { value: undefined } : taken(result, value);
}

/** What is wrong with a result. */
export function wrongResult({ pointer, detail }: InputError): string {
  return `the device's answer ${pointer} ${detail}`;
}
