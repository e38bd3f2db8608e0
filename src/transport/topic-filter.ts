import { BellcrankError } from '../errors.ts';

/** Whether a topic matches an MQTT filter (MQTT 5.0 §4.7: `+`, `#`, and no wildcard at the front of `$…`). */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/** Whether a filter is well formed: a wildcard fills its level, and `#` is the last one (MQTT 5.0 §4.7.1). */
export function isFilter(filter: string): boolean {
  if (!isText(filter)) return false;
  const levels = filter.split('/');
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1;
    return level === '+' || !/[+#]/.test(level);
  });
}

/** Whether something can be published to it: no wildcard in it (MQTT 5.0 §3.3.2.1). Brokers cut whoever tries. */
export function isTopic(topic: string): boolean {
  return isText(topic) && !/[+#]/.test(topic);
}

/** MQTT 5.0 §4.7.3 and §1.5.4: at least one character, no NUL, well-formed UTF-8, at most 65,535 bytes. */
function isText(text: string): boolean {
  return text.length > 0 && !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) <= 65_535;
}

export function notATopic(topic: string): BellcrankError {
  return new BellcrankError('invalid-request', `${JSON.stringify(topic)} is not a topic that can be published to`);
}

export function notAFilter(filter: string): BellcrankError {
  return new BellcrankError('invalid-request', `${JSON.stringify(filter)} is not a topic filter`);
}

/** Whether a topic could match both filters. Levels as split at `/`. A wildcard in front of `$…` counts as if it could. */
export function mayOverlap(one: readonly string[], other: readonly string[]): boolean {
  for (let index = 0; ; index++) {
    const [left, right] = [one[index], other[index]];
    if (left === '#' || right === '#' || (left === undefined && right === undefined)) return true;
    if (left === undefined || right === undefined) return false;
    if (left !== right && left !== '+' && right !== '+') return false;
  }
}
