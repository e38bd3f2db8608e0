/** Whether one topic can fit both. `#` stands in neither. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((level, index) => level === '+' || b[index] === '+' || level === b[index]);
}

/** The narrowest filter that fits what either fits. */
function both(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.map((level, index) => (level === b[index] ? level : '+'));
}

/**
 * Filters that fit all that the given ones do, of which none fits what another one does: a broker may deliver a message
 * once for each filter that it fits (MQTT 5.0 §3.3.4).
 */
export function disjoint(filters: Iterable<string>): string[] {
  let apart: (readonly string[])[] = [];
  for (const filter of new Set(filters)) {
    let wide: readonly string[] = filter.split('/');
    for (;;) {
      const meeting = apart.find((other) => overlap(other, wide));
      if (meeting === undefined) break;
      wide = both(meeting, wide);
      apart = apart.filter((other) => other !== meeting);
    }
    apart.push(wide);
  }
  return apart.map((levels) => levels.join('/'));
}

/** Whether a topic fits a filter that has no `#`. */
export function fits(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  return levels.length === wanted.length && wanted.every((level, index) => level === '+' || level === levels[index]);
}
