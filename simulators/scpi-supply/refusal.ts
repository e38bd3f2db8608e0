import { execute } from './commands.ts';
import { supplyErrors } from './error-queue.ts';
import { parseUnit } from './header.ts';
import type { SupplyBehaviour } from './model.ts';

/**
 * A SCPI device says no with an entry in its error queue and otherwise with silence (SCPI-1999 vol. 2 §21.8). So nothing
 * that is heard is done, each of it leaves an "Execution error", and only what asks for the device itself is answered:
 * its queue and the common queries. Undefined for what is no whole message.
 */
export function refuse(supply: SupplyBehaviour, heard: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(heard).toString('latin1');
  if (!text.endsWith('\n')) return undefined;
  const replies = text.split('\n').map((message) => refused(supply, message));
  return Buffer.from(replies.join(''), 'latin1');
}

function refused(supply: SupplyBehaviour, message: string): string {
  const answers: string[] = [];
  for (const text of message.split(';').map((unit) => unit.trim())) {
    if (text === '') continue;
    const unit = parseUnit(text, []);
    const isOwn = unit?.isQuery === true && /^(\*|SYST)/.test(unit.words[0] ?? '');
    const answer = isOwn ? execute(supply, unit) : supplyErrors.execution;
    if (typeof answer === 'string') answers.push(answer);
    else if (answer !== undefined) supply.errors.push(answer);
  }
  return answers.length === 0 ? '' : `${answers.join(';')}\n`;
}
