-- What a search finds. Everything here is derived from the records: app/src/search/ writes it in the transaction that
-- writes a record, and `portal search rebuild` makes it anew. What the databases index differently – the words – is added by
-- the migrating process, see app/src/search/index.rs.

CREATE TABLE search_entries (
    -- On SQLite the row's number by itself. On PostgreSQL the migrating process makes it count.
    seq INTEGER PRIMARY KEY,
    -- 'company', 'product' …
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    -- The company whose representatives find it too; NULL where that does not depend on a company.
    company_id UUID,
    -- The names as they are compared: folded, one space between words.
    key_en TEXT NOT NULL,
    key_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_other TEXT NOT NULL,
    -- What tells it from others with the same name, shown to everybody who finds it.
    note_en TEXT NOT NULL,
    note_zh TEXT NOT NULL,
    url TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- What else it is found by, as it is shown around what was found.
    body TEXT NOT NULL,
    -- What the zone alone finds it by, shown to nobody else.
    internal TEXT NOT NULL
);
CREATE UNIQUE INDEX search_entries_subject ON search_entries (kind, subject_id);
CREATE INDEX search_entries_key_en ON search_entries (kind, key_en);
CREATE INDEX search_entries_key_zh ON search_entries (kind, key_zh);
CREATE INDEX search_entries_company ON search_entries (company_id, kind);
