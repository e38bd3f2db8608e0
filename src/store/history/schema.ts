import type { Migration } from '../sqlite/migrate.ts';

/**
 * `samples` holds values as they were: numbers as such, everything else as JSON. `n` tells those of one ms apart.
 * `minutes` sums numbers up, `at` being a minute's first ms. Before `floors.samples_from` minutes are what counts, and
 * samples are being deleted; before `floors.minutes_from` nothing counts.
 */
export const historyMigrations: readonly Migration[] = [
  `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    property TEXT NOT NULL,
    UNIQUE (device, property)
  ) STRICT;
  CREATE TABLE samples (
    series INTEGER NOT NULL,
    at INTEGER NOT NULL,
    n INTEGER NOT NULL,
    number REAL,
    json TEXT,
    PRIMARY KEY (series, at, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE minutes (
    series INTEGER NOT NULL,
    at INTEGER NOT NULL,
    least REAL NOT NULL,
    greatest REAL NOT NULL,
    total REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series, at)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE floors (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    samples_from INTEGER NOT NULL,
    minutes_from INTEGER NOT NULL
  ) STRICT;
  INSERT INTO floors VALUES (1, 0, 0);
  `,
];

export const minuteMs = 60_000;

export const insertSample = `
  INSERT INTO samples (series, at, n, number, json)
  VALUES (?1, ?2, (SELECT coalesce(max(n) + 1, 0) FROM samples WHERE series = ?1 AND at = ?2), ?3, ?4)
`;

/** A sum beyond the largest number there is stays that: an infinite one cannot be added to one of the other sign. */
const largest = Number.MAX_VALUE;

export const addToMinute = `
  INSERT INTO minutes (series, at, least, greatest, total, count) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (series, at) DO UPDATE SET
    least = min(least, excluded.least),
    greatest = max(greatest, excluded.greatest),
    total = max(-${largest}, min(${largest}, total + excluded.total)),
    count = count + excluded.count
`;

export const selectSamples = `
  SELECT at, n, number, json FROM samples
  WHERE series = ? AND (at, n) > (?, ?) AND at < ? ORDER BY at, n LIMIT ?
`;

export const sumSamples = `
  SELECT min(number) AS least, max(number) AS greatest, total(number) AS total, count(number) AS count
  FROM samples WHERE series = ? AND at >= ? AND at < ?
`;

export const sumMinutes = `
  SELECT min(least) AS least, max(greatest) AS greatest, total(total) AS total, total(count) AS count
  FROM minutes WHERE series = ? AND at >= ? AND at < ?
`;

export const removeEmptySeries = `
  DELETE FROM series WHERE id >= ? AND id <= ?
    AND NOT EXISTS (SELECT 1 FROM samples WHERE samples.series = series.id)
    AND NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.series = series.id)
`;
