import { BellcrankError } from '../errors.ts';

/** Whether a text can stand for one level of a topic: not empty, and no `/`, `+`, `#` or NUL in it. */
export function isTopicLevel(text: string): boolean {
  return text !== '' && !/[/+#\0]/.test(text) && text.isWellFormed();
}

/** The text, if it is one level of a topic. Throws `invalid-request`: whoever gave it could address anything else. */
export function topicLevel(text: string, what = 'a part of a topic'): string {
  if (isTopicLevel(text)) return text;
  throw new BellcrankError(
    'invalid-request',
    `${JSON.stringify(text.slice(0, 100))} cannot be ${what}: it may not be empty nor have /, +, # or NUL in it`,
  );
}

/** A schema pattern for options: one level of a topic. */
export const topicLevelPattern = '^[^/+#\\u0000]+$';

/** A schema pattern for options: levels with single slashes between them, no wildcards, none of the broker's own. */
export const topicPrefixPattern = '^(?!\\$)[^/+#\\u0000]+(?:/[^/+#\\u0000]+)*$';
