/** Longest body that is read, in bytes: the longest page of a history and the largest OpenAPI document are far below. */
const maxBytes = 64 * 1024 * 1024;

/**
 * A body as text.
 * @throws Error when it is longer than any answer of the service
 */
export async function textOf({ body }: Response, limit = maxBytes): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > limit) throw new Error(`the answer has more than ${limit} bytes`);
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    // A body that has failed rejects once more; nobody waits for it any longer.
    await reader.cancel().catch(() => {});
  }
}
