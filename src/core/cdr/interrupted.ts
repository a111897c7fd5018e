/** Closes the records of a run that died: a call that happened has its record. */
import type { DatabaseSync } from 'node:sqlite';

/** @returns how many records were closed */
export function closeInterrupted(db: DatabaseSync): number {
  db.exec('BEGIN IMMEDIATE');
  try {
    const closed = db
      .prepare(
        `UPDATE record SET result = 'interrupted', endedBy = 'unknown',
           endedAt = lastSeenAt, durationMs = coalesce(lastSeenAt - answeredAt, 0)
         WHERE endedAt IS NULL
         RETURNING sessionId`,
      )
      .all();
    const place = db.prepare(
      `UPDATE record
       SET sessionStart = (SELECT max(startedAt) FROM record WHERE sessionId = :session AND endedAt IS NOT NULL)
       WHERE sessionId = :session AND endedAt IS NOT NULL`,
    );
    for (const session of new Set(closed.map((row) => row['sessionId'] as string))) place.run({ session });
    db.exec('COMMIT');
    return closed.length;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
