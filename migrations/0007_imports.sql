-- Companies and people from spreadsheets: what was in the file, what it would change, what it did change.

CREATE TABLE register_import_states (
    state TEXT PRIMARY KEY
);
INSERT INTO register_import_states (state) VALUES
    ('uploaded'), ('planning'), ('previewed'), ('applying'), ('applied'), ('reverted');

CREATE TABLE register_imports (
    id UUID PRIMARY KEY,
    -- 'companies' or 'people'.
    subject TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    -- The names of the sheets, as a JSON list; a CSV has one without a name.
    sheets TEXT NOT NULL,
    state TEXT NOT NULL REFERENCES register_import_states (state),
    -- Who plans or applies at the moment: of two processes only the one that finds its own mark here may finish.
    attempt UUID,
    attempted_at BIGINT,
    -- How the columns are read, as JSON; empty until somebody said so.
    mapping TEXT NOT NULL,
    -- Why it stands where it does: 'reading' while the file is, 'stale' when records changed after the preview, 'blocked' when
    -- records changed since keep it from being undone, 'failed' after a fault.
    note TEXT NOT NULL,
    -- How many areas of merged cells the file has.
    merged BIGINT NOT NULL,
    -- How many rows would do, or did, what.
    creates BIGINT NOT NULL,
    updates BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejects BIGINT NOT NULL,
    -- When the file's rows, the preview and what stood before were deleted; it cannot be undone any more.
    emptied_at BIGINT,
    started_by UUID REFERENCES accounts (id),
    started_at BIGINT NOT NULL,
    applied_by UUID REFERENCES accounts (id),
    applied_at BIGINT,
    reverted_by UUID REFERENCES accounts (id),
    reverted_at BIGINT
);
CREATE INDEX register_imports_started ON register_imports (started_at);

-- The rows of the file. The line is the spreadsheet's, from 1; cells are a JSON list of texts.
CREATE TABLE import_rows (
    import_id UUID NOT NULL REFERENCES register_imports (id),
    sheet BIGINT NOT NULL,
    line BIGINT NOT NULL,
    cells TEXT NOT NULL,
    PRIMARY KEY (import_id, sheet, line)
);

CREATE TABLE import_outcomes (
    outcome TEXT PRIMARY KEY
);
INSERT INTO import_outcomes (outcome) VALUES ('create'), ('update'), ('unchanged'), ('reject');

-- What each row would do.
CREATE TABLE import_plans (
    import_id UUID NOT NULL REFERENCES register_imports (id),
    line BIGINT NOT NULL,
    outcome TEXT NOT NULL REFERENCES import_outcomes (outcome),
    -- The record; that of a new one is chosen here. Of a rejected row it is the nil id.
    subject_id UUID NOT NULL,
    -- The version that the plan was made from; 0 for a new record.
    version BIGINT NOT NULL,
    -- When the record had last been changed; 0 for a new one.
    seen_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- JSON: field, before, after.
    changes TEXT NOT NULL,
    -- Of a person: where they work, and the position that this makes or changes.
    company_id UUID,
    position_id UUID,
    -- JSON: companies of the register that a new one is like, id and name.
    alike TEXT NOT NULL,
    -- JSON: field, or nothing for the whole row, and what is wrong.
    problems TEXT NOT NULL,
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_plans_outcome ON import_plans (import_id, outcome, line);

-- What an import did to each record, with what stood there before.
CREATE TABLE import_changes (
    import_id UUID NOT NULL REFERENCES register_imports (id),
    subject_id UUID NOT NULL,
    line BIGINT NOT NULL,
    created BOOLEAN NOT NULL,
    version_after BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changes TEXT NOT NULL,
    -- The position that was made or changed with it.
    position_id UUID,
    reverted_at BIGINT,
    PRIMARY KEY (import_id, subject_id)
);

-- How somebody read the columns of a kind of file, to be used again.
CREATE TABLE import_mappings (
    id UUID PRIMARY KEY,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The folded heads with their fields, as JSON.
    columns TEXT NOT NULL,
    saved_by UUID REFERENCES accounts (id),
    saved_at BIGINT NOT NULL,
    UNIQUE (subject, name)
);
