/** A description as its author wrote it: what stands between backticks is code. */
export function Described({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
