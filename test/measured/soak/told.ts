import type { Client } from '../load/client.ts';

/** What of a command's resource, or of the problem that tells of it, is compared. */
interface Answer {
  readonly id?: string;
  readonly commandId?: string;
  readonly outcome?: string;
  readonly code?: string;
}

interface Kept {
  readonly id: string;
  readonly state: string;
  readonly outcome?: string;
  readonly resolvedLate?: true;
}

interface Page {
  readonly items: readonly Kept[];
  readonly next?: string;
}

/** What clients were told of their commands. */
export class Told {
  /** Outcomes by id; undefined of a command that was not waited for to its end. */
  readonly #outcomes = new Map<string, string | undefined>();
  readonly counts = new Map<string, number>();

  get size(): number {
    return this.#outcomes.size;
  }

  /** Takes an answer to a command, and says what it told. */
  take(text: string): Answer {
    const answer = JSON.parse(text) as Answer;
    const { id, commandId = id, outcome } = answer;
    if (commandId !== undefined) this.#outcomes.set(commandId, outcome);
    const kind = outcome ?? answer.code ?? 'under way';
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return answer;
  }

  /** Everything that was told and is not so in the history. */
  async differences(client: Client): Promise<string[]> {
    const kept = new Map<string, Kept>();
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { text } = await client.send('GET', `/v1/commands?limit=500${after}`);
      const { items, next } = JSON.parse(text) as Page;
      for (const item of items) kept.set(item.id, item);
      cursor = next;
    }
    return [...this.#outcomes].flatMap(([id, outcome]) => difference(id, outcome, kept.get(id)));
  }
}

function difference(id: string, told: string | undefined, kept: Kept | undefined): string[] {
  if (kept === undefined) return [`${id} was told, and is not in the history`];
  if (kept.state !== 'ended') return [`${id} never ended`];
  // A late reply may tell what became of a command that was unknown.
  if (told === undefined || kept.outcome === told || (told === 'unknown' && kept.resolvedLate === true)) return [];
  return [`${id} was told as ${told}, and is ${kept.outcome} in the history`];
}
