import { headKey, headOf } from '../../audit/head-keeper.ts';
import type { Head } from '../../audit/line.ts';
import { type Finding, type Verified, verifyAudit } from '../../audit/verify.ts';
import { messageOf } from '../../errors.ts';
import { readFacts } from '../../store/log/read-facts.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { auditFiles, type StoreFlags } from './store-files.ts';

export interface VerifyFlags extends StoreFlags {
  readonly expect?: string;
}

/** Reads the whole audit and says what is not as it was written; nothing is changed, and a service may be running. */
export async function verify({ expect, ...flags }: VerifyFlags, context: Surroundings): Promise<ExitCode> {
  const { store, audit } = await auditFiles(flags, context);
  // Before the log, which may grow meanwhile.
  const { kept, problem } = keptHead(store);
  const verified = verifyAudit(audit, { kept, expect });
  if (problem !== undefined) context.err(`${problem}\n`);
  for (const finding of verified.findings) context.err(`${inWords(finding)}\n`);
  const more = verified.count - verified.findings.length;
  if (more > 0) context.err(`and ${more} more\n`);
  for (const note of verified.notes) context.out(`note: ${note}\n`);
  context.out(`${summary(verified)}\n`);
  return verified.count === 0 ? exitCodes.succeeded : exitCodes.problem;
}

function keptHead(store: string): { kept: Head | undefined; problem?: string } {
  try {
    return { kept: headOf(readFacts(store).get(headKey)) };
  } catch (error) {
    return { kept: undefined, problem: `the head that the journal remembers cannot be read: ${messageOf(error)}` };
  }
}

function inWords({ seq, segment, line, text }: Finding): string {
  const place = `${segment} line ${line}`;
  return seq === undefined ? `${place}: ${text}` : `entry ${seq} (${place}): ${text}`;
}

function summary({ entries, first, last, count }: Verified): string {
  if (last === undefined) return count === 0 ? 'the audit is empty' : 'NOT in order: no entry is left';
  const what = `${entries} ${entries === 1 ? 'entry' : 'entries'}, ${first?.seq ?? '?'} to ${last.seq}`;
  return `${count === 0 ? 'in order' : 'NOT in order'}: ${what}; head ${last.hash}`;
}
