/** What the service says when it does not do what it was asked for. */
export class Refused extends Error {}

/**
 * @template T
 * @param {string} path
 * @param {'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'} [method]
 * @param {unknown} [body]
 * @returns {Promise<T>}
 */
export async function ask(path, method = 'GET', body) {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, { method, signal: AbortSignal.timeout(10_000), ...sent });
  const answer = await response.json();
  if (!response.ok) throw new Refused(String(answer.detail ?? response.statusText));
  return answer;
}

/**
 * What went wrong, for the person at the page.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function reason(error) {
  if (error instanceof Refused) return error.message;
  return `The service does not answer (${error instanceof Error ? error.message : String(error)}).`;
}
