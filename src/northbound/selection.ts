import type { Device } from '../device/device.ts';
import { labelMatches } from '../expression/label.ts';

/** Which devices are told. */
export interface Selection {
  /** Ids, in which `*` stands for any characters; all if absent. */
  readonly devices?: readonly string[];
  /** `KEY` or `KEY=VALUE`; a device with one of them is enough. All if absent. */
  readonly labels?: readonly string[];
}

export function isSelected({ devices, labels }: Selection, device: Pick<Device, 'id' | 'labels'>): boolean {
  const byId = devices === undefined || devices.some((pattern) => globMatches(pattern, device.id));
  return byId && (labels === undefined || labels.some((selector) => labelMatches(selector, device.labels)));
}

/** In time linear in the text for each part between stars: the leftmost fit of each is as good as any. */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
