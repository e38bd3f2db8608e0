/** The file that says what a backup consists of; it is written last, so a backup without it is none. */
export const manifestName = 'backup.json';
export const formatVersion = 1;

export interface BackupFile {
  /** In the backup and in the store, with `/` between folder and name. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: number;
  /** Of the program that wrote it. */
  readonly version: string;
  /** When it was begun: everything that was told before is in it. RFC 3339. */
  readonly begunAt: string;
  readonly files: readonly BackupFile[];
}

/** What a store consists of, but for what is made anew: locks, and the index of commands. */
const known = /^(\d{8,15}\.log|history\.db|keys\.json|keys-used\.json|notices\/\d{8,15}\.log|audit\/\d{8}\.jsonl)$/;

/** Throws an Error whose message is for people. */
export function parseManifest(text: string): Manifest {
  const { format, version, begunAt, files } = parsed(text);
  if (typeof format !== 'number') throw new Error(`${manifestName} is not what was written`);
  if (format > formatVersion) {
    const whose = typeof version === 'string' ? ` (${version})` : '';
    throw new Error(`it was made by a newer version of the program${whose}; restore it with that`);
  }
  if (typeof version !== 'string' || typeof begunAt !== 'string' || !Array.isArray(files)) {
    throw new Error(`${manifestName} is not what was written`);
  }
  return { format, version, begunAt, files: files.map((file) => fileOf(file)) };
}

/** Names lead nowhere but into the store. */
function fileOf(file: unknown): BackupFile {
  const { path, bytes, sha256 } = Object(file) as Partial<BackupFile>;
  if (typeof path !== 'string' || !known.test(path) || typeof bytes !== 'number' || typeof sha256 !== 'string') {
    throw new Error(`${manifestName} names something that belongs in no store: ${JSON.stringify(path)}`);
  }
  return { path, bytes, sha256 };
}

function parsed(text: string): Partial<Manifest> {
  try {
    return Object(JSON.parse(text)) as Partial<Manifest>;
  } catch {
    return {};
  }
}
