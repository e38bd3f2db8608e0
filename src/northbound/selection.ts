import type { Device } from '../device/device.ts';
import { globMatcher } from '../expression/glob.ts';
import { labelMatches } from '../expression/label.ts';

/** Which devices are told. */
export interface Selection {
  /** Ids, in which `*` stands for any characters; all if absent. */
  readonly devices?: readonly string[];
  /** `KEY` or `KEY=VALUE`; a device with one of them is enough. All if absent. */
  readonly labels?: readonly string[];
}

export function selectorOf({ devices, labels }: Selection): (device: Pick<Device, 'id' | 'labels'>) => boolean {
  const globs = devices?.map((glob) => globMatcher(glob));
  return ({ id, labels: its }) => {
    const byId = globs === undefined || globs.some((matches) => matches(id));
    return byId && (labels === undefined || labels.some((selector) => labelMatches(selector, its)));
  };
}
