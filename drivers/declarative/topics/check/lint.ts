import type { Finding } from '../../definition/definition.ts';
import type { Instance } from '../topic-map.ts';
export function lint(_: Instance): Finding[] {
  return [];
}
