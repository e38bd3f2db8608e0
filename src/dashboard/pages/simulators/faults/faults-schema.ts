import { lab } from '../../../live/index.ts';
import { isSchema, type Schema } from '../../device/form/schema.ts';

/** The schema of what PUT …/faults takes, as the service's own document has it for this device. */
export async function faultsSchema(id: string, signal: AbortSignal): Promise<Schema> {
  const { body } = await lab.http.request('GET', '/openapi.json', { query: { device: id }, signal });
  const taken = ['requestBody', 'content', 'application/json', 'schema'];
  const schema = inside(body, ['paths', `/v1/simulators/${id}/faults`, 'put', ...taken]);
  const name = String(schema['$ref']).split('/').at(-1) ?? '';
  return inside(body, ['components', 'schemas', name]);
}

function inside(document: unknown, path: readonly string[]): Schema {
  let at: unknown = document;
  for (const name of path) at = isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return isSchema(at) ? at : {};
}
