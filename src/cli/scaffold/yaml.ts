import { Document, isCollection, visit } from 'yaml';
import { cutText } from './notes.ts';

/** Longest collection that stands on one line. */
const widest = 110;

/** Lists that grow: what is in them stands below each other, however short they are. */
const lists = ['properties', 'commands', 'exchanges', 'errors', 'unsolicited', 'examples'];

/** A definition as people write it, below its comments: what is short stands on one line. */
export function yamlOf(comments: readonly string[], definition: object): string {
  const document = new Document(definition);
  visit(document, (_, node) => {
    if (isCollection(node) && isShort(node.toJSON())) node.flow = true;
  });
  for (const path of [[], ...lists.map((list) => [list])]) {
    const list = document.getIn(path);
    if (isCollection(list)) list.flow = false;
  }
  const preface = comments.map((comment) => `# ${cutText(comment)}\n`).join('');
  return `${preface}${document.toString({ flowCollectionPadding: true, lineWidth: 0 })}`;
}

function isShort(value: object): boolean {
  const isFlat = Object.values(value).every((each) => typeof each !== 'object' || depthOf(each) < 3);
  return isFlat && JSON.stringify(value).length < widest;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Without what is undefined or has nothing in it. */
export function nonEmpty(record: object): object {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined && !isEmpty(value));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
