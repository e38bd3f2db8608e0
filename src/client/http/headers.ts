/** What a field of a header can carry (RFC 9110 §5.5); blanks around it are taken away by `fetch`. */
const fieldValue = /^[\t\r\n ]*[\t -~\u0080-\u00ff]*[\t\r\n ]*$/;

/**
 * `fetch` repeats a value that it turns down in its message, and values are secrets at times.
 * @throws TypeError without the value
 */
export function checkHeaders(headers: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!fieldValue.test(value)) throw new TypeError(`the header ${name} holds characters that no header can carry`);
  }
}
