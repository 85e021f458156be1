package store

import "context"

// LogFileRow is a file of a case as far as the log speaks of it.
type LogFileRow struct {
	ID, DecisionID, ContentID   int64
	Digest                      []byte
	Title, Filename, Type, Tier string
}

const logFiles = `SELECT t.id, t.decision_id, t.content_id, k.digest, t.title, t.filename, t.type, t.tier FROM attachments t JOIN attachment_contents k ON k.id = t.content_id`

// logFilesOf reads files by their numbers, whoever may see them.
func (s *Store) logFilesOf(ctx context.Context, ids []int64) (map[int64]*LogFileRow, error) {
	list, err := rows[LogFileRow](ctx, s, logFiles+` WHERE t.id = ANY($1)`, ids)
	files := make(map[int64]*LogFileRow, len(list))
	for i := range list {
		files[list[i].ID] = &list[i]
	}
	return files, err
}

// LogFiles lists every file of every case, whoever may see it.
func (s *Store) LogFiles(ctx context.Context) ([]LogFileRow, error) {
	return rows[LogFileRow](ctx, s, logFiles+` ORDER BY t.id`)
}
