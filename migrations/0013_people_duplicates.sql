-- People who are one: what was said of those who are alike, and merges that can be undone.

-- Somebody who was merged into another one is archived; their address leads to that one.
ALTER TABLE people ADD COLUMN merged_into UUID REFERENCES people (id);
CREATE INDEX people_merged ON people (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX people_archived_email ON people (email_folded) WHERE archived_at IS NOT NULL AND email_folded <> '';

-- Two people of one name who are two, the one with the smaller id first.
CREATE TABLE people_apart (
    first_person UUID NOT NULL REFERENCES people (id),
    second_person UUID NOT NULL REFERENCES people (id),
    said_by UUID NOT NULL REFERENCES accounts (id),
    said_at BIGINT NOT NULL,
    PRIMARY KEY (first_person, second_person)
);
CREATE INDEX people_apart_second ON people_apart (second_person);

CREATE TABLE person_merges (
    id UUID PRIMARY KEY,
    winner_person UUID NOT NULL REFERENCES people (id),
    loser_person UUID NOT NULL REFERENCES people (id),
    -- The winner's fields before and after, and the loser's, as JSON; empty once they were erased.
    fields_before TEXT NOT NULL,
    fields_after TEXT NOT NULL,
    fields_theirs TEXT NOT NULL,
    merged_by UUID NOT NULL REFERENCES accounts (id),
    merged_at BIGINT NOT NULL,
    undone_by UUID REFERENCES accounts (id),
    undone_at BIGINT,
    kept TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_merges_winner ON person_merges (winner_person);
CREATE INDEX person_merges_loser ON person_merges (loser_person);
CREATE INDEX person_merges_at ON person_merges (merged_at);

CREATE TABLE person_merge_moves (
    merge_id UUID NOT NULL REFERENCES person_merges (id),
    seq BIGINT NOT NULL,
    -- 'positions.person_id'
    place TEXT NOT NULL,
    row_id UUID NOT NULL,
    image TEXT NOT NULL,
    PRIMARY KEY (merge_id, seq)
);

-- The list of pairs is read in this order; those that are open are of companies in the register.
DROP INDEX company_pairs_state;
CREATE INDEX company_pairs_state ON company_pairs (state, score DESC, first_id, second_id);
CREATE INDEX company_pairs_verdict ON company_pairs (state, verdict, score DESC, first_id, second_id);
DELETE FROM company_pairs WHERE state = 'open' AND (
    first_id IN (SELECT id FROM companies WHERE archived_at IS NOT NULL)
    OR second_id IN (SELECT id FROM companies WHERE archived_at IS NOT NULL));
