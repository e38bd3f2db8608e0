import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BellcrankError } from '../../src/errors.ts';

/** Puts a link in place in one step: whoever opens it finds the old one, none, or the new one. */
export async function putLink(link: string, target: string): Promise<void> {
  try {
    const present = await targetOf(link);
    if (present !== undefined && !isPts(present)) {
      throw new BellcrankError('invalid-request', `${link} exists and is not a link to a PTY; choose another name`);
    }
    const fresh = `${link}.${target.replaceAll('/', '-')}`;
    await rm(fresh, { force: true });
    await symlink(target, fresh);
    await rename(fresh, link);
  } catch (error) {
    throw noLink(link, error);
  }
}

/** Why there can be no link at this place, in words for whoever chose it. */
function noLink(link: string, error: unknown): unknown {
  const folder = dirname(link);
  const why: Readonly<Record<string, string>> = {
    ENOENT: `there is no folder ${folder}; make it (mkdir -p), or choose another place`,
    ENOTDIR: `${folder} is no folder; choose another place`,
    EACCES: `nothing may be put into ${folder} by this user; choose a folder where it may`,
    EPERM: `nothing can be put into ${folder}; choose another folder`,
    EROFS: `${folder} is read-only; choose another folder`,
  };
  const detail = why[codeOf(error) ?? ''];
  return detail === undefined ? error : new BellcrankError('invalid-request', `${link}: ${detail}`, { cause: error });
}

/** Has a link lead to another PTY, at once, unless it leads elsewhere by now. */
export function moveLink(link: string, from: string, to: string): void {
  try {
    if (readlinkSync(link) !== from) return;
    const fresh = `${link}.${to.replaceAll('/', '-')}`;
    rmSync(fresh, { force: true });
    symlinkSync(to, fresh);
    renameSync(fresh, link);
  } catch {
    // Somebody has removed it, or its folder: there is nothing to keep up to date.
  }
}

/** Removes the link if it still points there. */
export async function removeLink(link: string, target: string): Promise<void> {
  if ((await targetOf(link)) === target) await rm(link, { force: true });
}

function isPts(target: string): boolean {
  return target.startsWith('/dev/pts/');
}

/** Undefined if nothing is there; the empty string for what is not a link. */
async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EINVAL') return '';
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
