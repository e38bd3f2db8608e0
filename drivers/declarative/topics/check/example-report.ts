import type { TopicExample } from '../topic-map.ts';

/** Takes what is wrong with an example: under a key, and a name under that. */
export type ReportExample = (
  detail: string,
  key?: Exclude<keyof TopicExample, 'path'> | 'result',
  name?: string,
) => void;
