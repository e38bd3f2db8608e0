import type { KeyView } from '../../access/keys/view.ts';
import type { Page } from '../../client/index.ts';
import type { Service } from '../remote/service.ts';
import type { KeyDesk, Made } from './desk.ts';

const path = '/v1/keys';
const msPerHour = 3_600_000;

/** The keys of a running service, for whoever has `admin` there. */
export function serviceDesk({ lab: { http } }: Pick<Service, 'lab'>): KeyDesk {
  const of = (name: string): string => `${path}/${encodeURIComponent(name)}`;
  return {
    async list() {
      const items: KeyView[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await http.request<Page<KeyView>>('GET', path, { query: { limit: 500, cursor } });
        items.push(...body.items);
        cursor = body.next;
      } while (cursor !== undefined);
      return items;
    },
    async create({ expiresAt, ...wanted }) {
      return (await http.request<Made>('POST', path, { body: { ...wanted, ...until(expiresAt) } })).body;
    },
    async rotate(name, overlapMs, expiresAt) {
      const body = { overlapHours: overlapMs / msPerHour, ...until(expiresAt) };
      return (await http.request<Made>('POST', `${of(name)}/rotate`, { body })).body;
    },
    async revoke(name) {
      return (await http.request<Page<KeyView>>('DELETE', of(name))).body.items;
    },
  };
}

function until(expiresAt: number | undefined): { readonly expiresAt?: string } {
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
}
