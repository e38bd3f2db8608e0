import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { groupName, userName } from './names.ts';

/** What everything else was seen as. */
export async function checkUser({ uid, gids, roots }: Host): Promise<Finding> {
  const about = { check: 'user', of: await userName(uid, roots) } as const;
  if (uid === 0) {
    const detail = 'may open every port and every file: what the user of the service may was not checked';
    return {
      ...about,
      status: 'unchecked',
      detail,
      advice: 'run it as that user, too: sudo -u USER bellcrank doctor …',
    };
  }
  const groups = await Promise.all(gids.map((gid) => groupName(gid, roots)));
  const detail = `in the groups ${groups.join(', ')}; what processes of other users have open cannot be seen`;
  return { ...about, status: 'ok', detail };
}
