-- Duplicates: by what companies are found that may be one, what was said of them, and merges that can be undone.

-- A company that was merged into another one is archived; its address leads to that one.
ALTER TABLE companies ADD COLUMN merged_into UUID REFERENCES companies (id);
-- With which version of the rules its keys were made, and when it was last compared; 0 is never, or not since it changed.
ALTER TABLE companies ADD COLUMN keys_rules BIGINT NOT NULL DEFAULT 0;
ALTER TABLE companies ADD COLUMN compared_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX companies_merged ON companies (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX companies_uncompared ON companies (id) WHERE compared_at = 0 AND archived_at IS NULL;
CREATE INDEX companies_keys_rules ON companies (keys_rules);

-- Companies that are alike share a key: 'c:novonordisk' the name, 'w:novo' its beginning, 'r:cvr63717916', 'd:alk.net'.
CREATE TABLE company_keys (
    key TEXT NOT NULL,
    company_id UUID NOT NULL REFERENCES companies (id),
    PRIMARY KEY (key, company_id)
);
CREATE INDEX company_keys_company ON company_keys (company_id);

CREATE TABLE company_pair_states (
    state TEXT PRIMARY KEY
);
INSERT INTO company_pair_states (state) VALUES ('open'), ('apart'), ('related'), ('merged');

-- Two companies that are alike, the one with the smaller id first.
CREATE TABLE company_pairs (
    first_id UUID NOT NULL REFERENCES companies (id),
    second_id UUID NOT NULL REFERENCES companies (id),
    verdict TEXT NOT NULL,
    -- ' name domain '
    reasons TEXT NOT NULL,
    score BIGINT NOT NULL,
    state TEXT NOT NULL REFERENCES company_pair_states (state),
    found_at BIGINT NOT NULL,
    decided_by UUID REFERENCES accounts (id),
    decided_at BIGINT,
    note TEXT NOT NULL,
    PRIMARY KEY (first_id, second_id)
);
CREATE INDEX company_pairs_second ON company_pairs (second_id);
CREATE INDEX company_pairs_state ON company_pairs (state, score);

CREATE TABLE company_merges (
    id UUID PRIMARY KEY,
    winner_id UUID NOT NULL REFERENCES companies (id),
    loser_id UUID NOT NULL REFERENCES companies (id),
    -- The winner's fields before and after, as JSON: [["name_en", "…"], …].
    fields_before TEXT NOT NULL,
    fields_after TEXT NOT NULL,
    merged_by UUID NOT NULL REFERENCES accounts (id),
    merged_at BIGINT NOT NULL,
    undone_by UUID REFERENCES accounts (id),
    undone_at BIGINT,
    -- The fields that the undoing left as they were, since somebody had changed them.
    kept TEXT NOT NULL DEFAULT ''
);
CREATE INDEX company_merges_winner ON company_merges (winner_id);
CREATE INDEX company_merges_loser ON company_merges (loser_id);
CREATE INDEX company_merges_at ON company_merges (merged_at);

-- What moved from the loser to the winner.
CREATE TABLE company_merge_moves (
    merge_id UUID NOT NULL REFERENCES company_merges (id),
    seq BIGINT NOT NULL,
    -- 'products.company_id'
    place TEXT NOT NULL,
    row_id UUID NOT NULL,
    -- Of a row that had to go because the winner had its like: the row, as JSON. Empty when it moved.
    image TEXT NOT NULL,
    PRIMARY KEY (merge_id, seq)
);
