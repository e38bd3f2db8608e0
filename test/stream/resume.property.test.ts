import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { randomFrom } from '../../simulators/behaviour/random.ts';
import { counted } from '../support/counted.ts';
import { follow, type SseReader, type Told } from '../support/sse.ts';

const ids = ['a', 'b', 'c', 'd'];
const filters = ['', '?device=a,c', '?label=half=odd', '?device=b&device=d&type=property', '?type=event'];

/** Somebody who loses the connection now and then, and goes on where they were. */
class Follower {
  readonly told: Told[] = [];
  cuts = 0;
  gaps = 0;
  readonly #url: string;
  readonly #filter: string;
  #reader: SseReader | undefined;

  constructor(url: string, filter: string) {
    this.#url = url;
    this.#filter = filter;
  }

  get lastId(): string | undefined {
    return this.#reader?.lastId ?? this.told.findLast(({ id }) => id !== undefined)?.id;
  }

  async connect(): Promise<void> {
    const last = this.lastId;
    this.#take();
    this.#reader = await follow(this.#url, this.#filter, last === undefined ? {} : { 'last-event-id': last });
    if (last === undefined) await this.#reader.until((its) => its.events('synced').length === 1);
  }

  async cut(): Promise<void> {
    this.cuts++;
    this.#reader?.close();
    await this.connect();
  }

  async until(id: string): Promise<void> {
    const isThere = (reader: SseReader): boolean => Number(reader.lastId ?? 0) >= Number(id);
    if (!isThere(this.#reader as SseReader)) await this.#reader?.until(isThere);
    this.#reader?.close();
    this.#take();
  }

  #take(): void {
    const told = this.#reader?.told ?? [];
    this.gaps += told.filter(({ event }) => event === 'gap').length;
    this.told.push(...told);
    this.#reader = undefined;
  }
}

test.each([1, 2, 3, 4, 5])('under churn nobody misses anything or hears it twice (seed %i)', async (seed) => {
  const random = randomFrom(seed);
  const { url, count, counters, rig } = await counted(ids);
  const followers = filters.map((filter) => new Follower(url, filter));
  for (const follower of followers) await follower.connect();
  const from = rig.stream.lastId;
  const published: { readonly id: number; readonly json: string; readonly type: string; readonly device?: string }[] =
    [];
  rig.stream.follow(({ id, json, type, device }) => void published.push({ id, json, type, ...(device && { device }) }));
  for (let step = 0; step < 400; step++) {
    const id = ids[Math.floor(random() * ids.length)] ?? 'a';
    if (random() < 0.8) count(id);
    else counters.get(id)?.emit('wrapped', {});
    if (random() < 0.3) await setImmediate();
    const unlucky = followers[Math.floor(random() * followers.length)];
    if (random() < 0.08) await unlucky?.cut();
  }
  // The last of each kind that somebody asks for.
  for (const id of ids) {
    count(id);
    counters.get(id)?.emit('wrapped', {});
  }
  const wants: readonly ((entry: { type: string; device?: string }) => boolean)[] = [
    () => true,
    ({ device }) => device === 'a' || device === 'c',
    ({ device }) => device === 'b' || device === 'd',
    ({ device, type }) => type === 'property' && (device === 'b' || device === 'd'),
    ({ type }) => type === 'event',
  ];
  expect(followers.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(10);
  for (const [index, follower] of followers.entries()) {
    const expected = published.filter((entry) => entry.id > from && wants[index]?.(entry) === true);
    await follower.until(String(expected.at(-1)?.id));
    const heard = follower.told.filter(
      ({ event, id }) => event !== 'synced' && event !== undefined && id !== undefined,
    );
    expect(heard.map(({ id }) => Number(id))).toEqual(expected.map(({ id }) => id));
    expect(heard.map(({ data }) => JSON.stringify(data))).toEqual(expected.map(({ json }) => json));
    expect(follower.gaps).toBe(0);
    expect(follower.told.filter(({ event }) => event === 'synced')).toHaveLength(1);
  }
});
