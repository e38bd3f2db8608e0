/** Stands for what was written and cannot be read; nobody types it, and nothing that has it in it is sent. */
export const notJson = '\u0000not JSON';

export function hasNotJson(value: unknown): boolean {
  return JSON.stringify(value).includes(JSON.stringify(notJson).slice(1, -1));
}
