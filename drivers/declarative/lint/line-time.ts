import type { Exchange, LineSettings, ReplyFraming } from '../definition/definition.ts';
import { sampleBytes } from './sample.ts';

/** Milliseconds that one character takes on the line; undefined where the definition does not say how fast it is. */
export function characterMs({
  baudRate,
  dataBits = 8,
  stopBits = 1,
  parity = 'none',
}: LineSettings): number | undefined {
  if (baudRate === undefined) return undefined;
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baudRate;
}

/** Bytes of a message and of its reply, as far as samples tell: fields have plausible values. */
export function exchangeBytes(
  line: LineSettings,
  exchange: Exchange,
): { readonly sent: number; readonly reply: number } {
  const sent = exchange.send === undefined ? 0 : (sampleBytes(exchange.send)?.length ?? 0) + line.outTerminator.length;
  const framing = exchange.reply ?? line.reply;
  const frames = exchange.expect.map((template) => (sampleBytes(template)?.length ?? 1) + around(framing));
  const { echoTerminator = line.outTerminator } = line;
  const echo = line.echo && sent > 0 ? sent - line.outTerminator.length + echoTerminator.length : 0;
  return { sent, reply: frames.reduce((sum, length) => sum + length, 0) + echo + (line.prompt?.length ?? 0) };
}

/** Bytes of the framing that `expect` does not see. */
function around(framing: ReplyFraming): number {
  if (framing.by === 'terminator') return framing.terminator.length;
  return framing.by === 'delimiters' ? framing.start.length + framing.end.length : 0;
}
