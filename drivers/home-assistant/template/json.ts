import { type Budget, EvaluationProblem } from './limits.ts';
import { type Dict, Float, floatText, isList, Undefined, type Value } from './values.ts';

export interface JsonStyle {
  /** Jinja's own `tojson`: spaces, sorted keys, ASCII only, safe inside HTML. */
  readonly jinja: boolean;
}

/** A value as JSON. */
export function jsonText(value: Value, style: JsonStyle, budget: Budget, depth = 0): string {
  budget.step();
  if (depth > 40) throw new EvaluationProblem('a value is nested too deep');
  if (value instanceof Undefined) throw new EvaluationProblem(`${value.what} is not defined`);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (typeof value === 'string') return stringText(value, style, budget);
  const inner = (item: Value): string => jsonText(item, style, budget, depth + 1);
  const texts = isList(value)
    ? value.map(inner)
    : entriesOf(value, style).map(([key, item]) => entry(key, item, style, budget, inner));
  budget.text(texts.reduce((length, text) => length + text.length + 2, 2));
  const text = texts.join(style.jinja ? ', ' : ',');
  return isList(value) ? `[${text}]` : `{${text}}`;
}

function entriesOf(value: Dict, { jinja }: JsonStyle): [string, Value][] {
  const entries = Object.entries(value);
  return jinja ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

function entry(key: string, item: Value, style: JsonStyle, budget: Budget, inner: (item: Value) => string): string {
  return `${stringText(key, style, budget)}${style.jinja ? ': ' : ':'}${inner(item)}`;
}

function stringText(text: string, { jinja }: JsonStyle, budget: Budget): string {
  budget.text(text.length * (jinja ? 6 : 1));
  const json = JSON.stringify(text);
  if (!jinja) return json;
  return json.replace(
    /[<>&'\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
