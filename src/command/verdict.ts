import type { Invoked } from '../device/invoke.ts';
import { validateTold } from '../driver/bounds.ts';
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
  const invalid = invoked.returned ? invalidResult(resolved, invoked.value) : undefined;
  return judge({ effect, declared: confirmation, invoked, invalidResult: invalid });
}

/** What is wrong with a result. */
export function invalidResult(resolved: Resolved, value: unknown): string | undefined {
  if (resolved.result === undefined) return undefined;
  const [error] = validateTold(resolved.result, value);
  return error === undefined ? undefined : `the device's answer ${error.pointer} ${error.detail}`;
}
