import { randomBytes } from 'node:crypto';
import { KeyBook, type MadeKey } from '../../access/keys/book.ts';
import { KeyFile } from '../../access/keys/file.ts';
import type { KeyRecord } from '../../access/keys/key.ts';
import { readUsage } from '../../access/keys/usage.ts';
import { keyView, type KeyView } from '../../access/keys/view.ts';
import { rolesOf } from '../../access/roles.ts';
import { formatProblems } from '../../config/problem.ts';
import { loadKeySections } from '../../config/sections.ts';
import { exitCodes, type Surroundings } from '../context.ts';
import { CliFailure } from '../remote/failure.ts';
import type { KeyDesk, Made } from './desk.ts';

/** The keys of a configuration on this machine, whether its service runs or not; a running one takes note at once. */
export async function fileDesk(config: string, { env, clock }: Surroundings): Promise<KeyDesk> {
  const loaded = await loadKeySections(config, env);
  if (!loaded.ok) throw new CliFailure(exitCodes.problem, formatProblems(loaded.problems));
  const { store, access } = loaded.sections;
  const storage = new KeyFile(store.directory, clock);
  const book = new KeyBook({ storage, clock, randomBytes, roles: rolesOf(access.roles) });
  const viewOf = (record: KeyRecord): KeyView => keyView(record, clock.now(), readUsage(store.directory)[record.id]);
  const made = ({ key, record }: MadeKey): Made => ({ key, ...viewOf(record) });
  return {
    list: () => Promise.resolve(book.list().map(viewOf)),
    create: async (wanted) => made(await book.create(wanted)),
    rotate: async (of, overlapMs, expiresAt) => made(await book.rotate(of, { overlapMs, expiresAt })),
    revoke: async (of) => (await book.revoke(of)).map(viewOf),
  };
}
