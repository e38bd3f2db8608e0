import { type Finding, placesIn } from './place.ts';
import { parseTree, type Position, type Tree } from './tree.ts';

/** What a text says, and where it says it: the tree itself may be in another thread. */
export interface Parsed extends Pick<Tree, 'value' | 'problems' | 'readable'> {
  placesOf(findings: readonly Finding[]): Promise<readonly Position[]>;
  /** Nobody asks for places any more. */
  end(): void;
}

export type Parse = (text: string, signal?: AbortSignal) => Promise<Parsed>;

/** In this thread, which does nothing else meanwhile. */
export const parseHere: Parse = async (text) => {
  const tree = parseTree(text);
  const { value, problems, readable } = tree;
  const placesOf: Parsed['placesOf'] = async (findings) => placesIn(tree, findings);
  return { value, problems, readable, placesOf, end: () => {} };
};
