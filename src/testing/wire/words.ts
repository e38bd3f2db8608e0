import type { Passed, Piece } from './tap.ts';

/** Longest text of one piece. */
const maxCharacters = 200;

/** Bytes as a person can read them: text as it is, everything else as an escape. */
export function escaped(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
  const shown = text.slice(0, maxCharacters).replaceAll(/[^ -[\]-~]/g, escape);
  return text.length > maxCharacters ? `${shown}… (${text.length} bytes)` : shown;
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function escape(character: string): string {
  return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

export function pieceText(piece: Piece): string {
  if (piece instanceof Uint8Array) return `"${escaped(piece)}"`;
  return `${piece.topic} "${escaped(piece.payload)}"${piece.retained ? ' (retained)' : ''}`;
}

/** One line of what passed: when, which way, what. */
export function passedText({ at, way, piece }: Passed): string {
  return `${at.toFixed(1).padStart(10)} ms ${way === 'sent' ? '→' : '←'} ${pieceText(piece)}`;
}
