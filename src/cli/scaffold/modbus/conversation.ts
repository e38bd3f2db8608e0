import { bytesOf, joined, type Turn, type Turns } from '../../../recording/index.ts';
import { type Frame, framesIn, type Framing } from './frames.ts';

/** A request, and what answered it. */
export interface Transaction {
  readonly request: Frame;
  readonly response: Frame | undefined;
}

export interface Conversation {
  readonly framing: Framing;
  readonly transactions: readonly Transaction[];
  /** How often something was sent, or heard, that is no frame. */
  readonly unread: number;
}

/** What was said in Modbus, if at least half of what was sent is frames of it. */
export function conversationIn({ turns }: Turns): Conversation | undefined {
  for (const framing of ['rtu', 'mbap'] as const) {
    const sent = turns.map((turn) => framesIn(Buffer.from(bytesOf(turn.sent)), framing));
    const known = sent.filter((frames) => frames?.some(({ pdu: [code = 0] }) => isFunction(code))).length;
    if (known > 0 && known * 2 >= turns.length) return conversation(turns, sent, framing);
  }
  return undefined;
}

/** That there is: other protocols have the same checksum (Application Protocol V1.1b3, §5). */
function isFunction(code: number): boolean {
  const isOfTheMaker = (code >= 65 && code <= 72) || (code >= 100 && code <= 110);
  return (code >= 1 && code <= 24) || code === 43 || isOfTheMaker;
}

function conversation(
  turns: readonly Turn[],
  sent: readonly (readonly Frame[] | undefined)[],
  framing: Framing,
): Conversation {
  const transactions: (Transaction & { response: Frame | undefined })[] = [];
  let unread = 0;
  for (const [index, { said }] of turns.entries()) {
    const requests = sent[index];
    if (requests === undefined) unread += 1;
    const asked = (requests ?? []).map((request) => ({ request, response: undefined }));
    transactions.push(...asked);
    const heard = framesIn(Buffer.from(joined(said)), framing);
    if (heard === undefined && said.length > 0) unread += 1;
    for (const response of heard ?? []) {
      // Several may be under way at once, and are told apart by their transactions.
      const recent = framing === 'rtu' ? asked : transactions.slice(-maxUnderWay);
      const open = recent.find((one) => one.response === undefined && isAnswer(response, one.request));
      if (open === undefined) unread += 1;
      else open.response = response;
    }
  }
  return { framing, transactions, unread };
}

/** Requests that a client has under way at once; Modbus TCP suggests 1 to 16 (§4.2.2). */
const maxUnderWay = 64;

/** The highest bit of an answer's function tells an exception (Application Protocol V1.1b3, §7). */
function isAnswer(response: Frame, request: Frame): boolean {
  const isSame = (response.pdu[0] ?? 0) % 0x80 === request.pdu[0];
  return isSame && response.unit === request.unit && response.transaction === request.transaction;
}
