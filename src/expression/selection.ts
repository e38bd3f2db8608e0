import { globMatcher } from './glob.ts';
import { labelMatches } from './label.ts';

/** Which devices are meant. */
export interface Selection {
  /** Ids, in which `*` stands for any characters; all if absent. */
  readonly devices?: readonly string[];
  /** `KEY` or `KEY=VALUE`; a device with one of them is enough. All if absent. */
  readonly labels?: readonly string[];
}

export function selectorOf({
  devices,
  labels,
}: Selection): (device: { readonly id: string; readonly labels: Readonly<Record<string, string>> }) => boolean {
  const globs = devices?.map((glob) => globMatcher(glob));
  return ({ id, labels: its }) => {
    const byId = globs === undefined || globs.some((matches) => matches(id));
    return byId && (labels === undefined || labels.some((selector) => labelMatches(selector, its)));
  };
}
