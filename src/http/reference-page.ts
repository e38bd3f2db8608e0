/*
 * What runs in the reference's page. It is sent to the browser as its own text, and can name nothing but what is there.
 */

interface UiRequest {
  readonly method?: string;
  readonly headers: Record<string, string>;
}

/** What is tried there with a session brings its token along, as the dashboard does. */
export async function withToken(request: object): Promise<object> {
  const { method = 'GET', headers } = request as UiRequest; // as Swagger UI has them
  if (['GET', 'HEAD'].includes(method.toUpperCase()) || headers['Authorization'] !== undefined) return request;
  const answer = await fetch('/v1/session', { cache: 'no-store' });
  const { csrfToken } = (await answer.json()) as { csrfToken?: string | null };
  if (typeof csrfToken === 'string') headers['Bellcrank-CSRF-Token'] = csrfToken;
  return request;
}

type Part = Record<string, unknown>;
type Document = Readonly<Record<string, Part>>;

interface UiSystem {
  readonly fn: {
    readonly resolveSubtree: (document: Document, path: readonly string[], options?: object) => Promise<unknown>;
  };
}

/**
 * A plugin of Swagger UI, which goes through the whole document, seconds long, for each thing that it shows. It is given
 * that one and what it refers to.
 */
export function resolvingWhatIsShown({ fn }: UiSystem): { fn: UiSystem['fn'] } {
  const resolveWhole = fn.resolveSubtree;
  return {
    fn: {
      resolveSubtree: async (document, path, options) => {
        const [section = '', key = ''] = path;
        const shown = document[section]?.[key];
        if (shown === undefined) return await resolveWhole(document, path, options);
        const components: Record<string, Part> = {};
        const find = (value: unknown): void => {
          for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(
            /"#\/components\/([^/"]+)\/([^/"]+)/g,
          )) {
            const found = (document['components']?.[kind] as Part | undefined)?.[name];
            const known = (components[kind] ??= {});
            if (found === undefined || name in known) continue;
            known[name] = found;
            find(found);
          }
        };
        find(shown);
        const excerpt: Record<string, Part> = { ...document, paths: {}, components };
        excerpt[section] = { ...excerpt[section], [key]: shown };
        return await resolveWhole(excerpt, path, options);
      },
    },
  };
}
