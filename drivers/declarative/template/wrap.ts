import { merged } from './parse.ts';
import { TemplateError, type Part, type Template } from './template.ts';

const placeholder = '{message}';

/** Puts a message into its frame. Checksums of the frame then cover both. Throws `TemplateError`. */
export function wrapTemplate(frame: Template, message: Template): Template {
  const index = frame.parts.findIndex(({ kind }) => kind === 'message');
  const place = frame.parts[index];
  if (place === undefined) throw new TemplateError(`a frame needs ${placeholder}`, frame.text.length);
  refuseMessage(frame.parts.slice(index + 1), 'a frame holds one message');
  refuseMessage(message.parts, `${placeholder} stands in frames only`);
  const { at } = place;
  const parts = [
    ...frame.parts.slice(0, index),
    ...message.parts.map((part) => moved(part, at)),
    ...frame.parts.slice(index + 1).map((part) => moved(part, message.text.length - placeholder.length)),
  ];
  const text = frame.text.slice(0, at) + message.text + frame.text.slice(at + placeholder.length);
  return { text, parts: merged(parts) };
}

function refuseMessage(parts: readonly Part[], why: string): void {
  const second = parts.find(({ kind }) => kind === 'message');
  if (second !== undefined) throw new TemplateError(why, second.at);
}

function moved<P extends Part>(part: P, by: number): P {
  return { ...part, at: part.at + by };
}
