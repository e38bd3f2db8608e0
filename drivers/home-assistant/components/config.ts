import { fieldOf, type Fields, isFields } from '../../../src/driver/index.ts';
import { label } from '../announced/label.ts';
import { type Template, type Templates, TemplateProblem } from '../template/index.ts';

/** A description, or a part of it, that is not understood; the message says which. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

const maxTopicLength = 1000;
const maxTextLength = 1000;
const maxListLength = 200;

/** One component's configuration, read with suspicion: what is there must be what Home Assistant would accept. */
export class Config {
  readonly #fields: Fields;
  readonly #templates: Templates;

  constructor(fields: Fields, templates: Templates) {
    this.#fields = fields;
    this.#templates = templates;
  }

  has(key: string): boolean {
    const value = fieldOf(this.#fields, key);
    return value !== undefined && value !== null;
  }

  raw(key: string): unknown {
    return fieldOf(this.#fields, key);
  }

  /** What people read: never wrong, at most not there. */
  label(key: string): string | undefined {
    return label(this.raw(key));
  }

  /** A payload or a word: numbers and booleans as Python writes them. */
  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value !== 'string' && typeof value !== 'number') throw new Unsupported(`${key} is no text`);
    const text = String(value);
    if (text.length > maxTextLength) throw new Unsupported(`${key} is longer than ${maxTextLength} characters`);
    return text;
  }

  textOr(key: string, otherwise: string): string {
    return this.text(key) ?? otherwise;
  }

  flag(key: string, otherwise = false): boolean {
    const value = this.raw(key);
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'boolean') return value;
    const word = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
    if (['true', 'yes', 'on', '1', 'enable'].includes(word)) return true;
    if (['false', 'no', 'off', '0', 'disable'].includes(word)) return false;
    throw new Unsupported(`${key} is neither true nor false`);
  }

  number(key: string, otherwise: number): number {
    const value = this.raw(key);
    if (value === undefined || value === null) return otherwise;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw new Unsupported(`${key} is no number`);
    return number;
  }

  /** Both ends of a range, the lower one first. */
  range(lowKey: string, low: number, highKey: string, high: number): { minimum: number; maximum: number } {
    const [minimum, maximum] = [this.number(lowKey, low), this.number(highKey, high)];
    if (minimum > maximum) throw new Unsupported(`${lowKey} ${minimum} is above ${highKey} ${maximum}`);
    return { minimum, maximum };
  }

  /** A list of different texts. */
  texts(key: string): string[] | undefined {
    const value = this.raw(key);
    if (value === undefined || value === null) return undefined;
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    if (list.length > maxListLength) throw new Unsupported(`${key} has more than ${maxListLength} entries`);
    if (!list.every((each) => typeof each === 'string' || typeof each === 'number'))
      throw new Unsupported(`${key} is no list of texts`);
    const texts = list.map(String);
    if (texts.some((text) => text.length > 200))
      throw new Unsupported(`an entry of ${key} is longer than 200 characters`);
    return [...new Set(texts)];
  }

  /** A topic without wildcards. */
  topic(key: string): string | undefined {
    const value = this.raw(key);
    return value === undefined || value === null ? undefined : topicIn(value, key);
  }

  needTopic(key: string): string {
    const topic = this.topic(key);
    if (topic === undefined) throw new Unsupported(`it has no ${key}`);
    return topic;
  }

  template(key: string): Template | undefined {
    const value = this.raw(key);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw new Unsupported(`${key} is no text`);
    return this.templateIn(value, key);
  }

  /** What a text of the description's means as a template. */
  templateIn(source: string, key: string): Template {
    try {
      return this.#templates.get(source);
    } catch (error) {
      if (error instanceof TemplateProblem) throw new Unsupported(`${key}: ${error.message}`);
      throw error;
    }
  }

  /** A list of objects, or one. */
  objects(key: string): Config[] | undefined {
    const value = this.raw(key);
    if (value === undefined || value === null) return undefined;
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    if (list.length > maxListLength) throw new Unsupported(`${key} has more than ${maxListLength} entries`);
    return list.map((each) => {
      if (!isFields(each)) throw new Unsupported(`an entry of ${key} is no object`);
      return new Config(each, this.#templates);
    });
  }
}

function topicIn(value: unknown, key: string): string {
  if (typeof value !== 'string' || value === '') throw new Unsupported(`${key} is no topic`);
  if (value.length > maxTopicLength) throw new Unsupported(`${key} is longer than ${maxTopicLength} characters`);
  if (/[+#\0]/.test(value) || value.startsWith('$') || !value.isWellFormed()) {
    throw new Unsupported(
      `${key} is no topic that something can be published to: ${JSON.stringify(value.slice(0, 60))}`,
    );
  }
  return value;
}
