import type { Lab, Page } from '../../client/index.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

/** All items of a list, page by page, `atMost` of them. */
export async function everyPage<Item, Answer extends Page<Item> = Page<Item>>(
  { http }: Lab,
  path: string,
  { query, atMost, signal }: { readonly query?: Query; readonly atMost: number; readonly signal: AbortSignal },
): Promise<Answer> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { body } = await http.request<Answer>('GET', path, { query: { ...query, limit: 500, cursor }, signal });
    items.push(...body.items);
    cursor = body.next;
    // What there is beyond the bound is told by `next`.
    if (cursor === undefined || items.length >= atMost) return { ...body, items };
  }
}
