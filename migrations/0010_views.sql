-- Views of the register: saved views, bulk edits, and companies with which nothing happens.

-- When the company came to its stage, when somebody last talked with it (0: never that is known), and since when it is
-- stalled: nothing of both happened for as many days as its stage allows.
ALTER TABLE companies ADD COLUMN stage_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE companies ADD COLUMN contact_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE companies ADD COLUMN stalled_at BIGINT;
-- When its account manager was told that it is stalled; once for each time that it is.
ALTER TABLE companies ADD COLUMN stalled_told_at BIGINT;
UPDATE companies SET stage_since = coalesce(
    (SELECT max(j.at) FROM journal j
     WHERE j.subject_id = companies.id AND j.action IN ('company.created', 'company.imported', 'company.moved')),
    created_at);
CREATE INDEX companies_stalled ON companies (sort_en, id) WHERE stalled_at IS NOT NULL AND archived_at IS NULL;

-- The board shows the first of each stage.
CREATE INDEX companies_board_en ON companies (stage, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_board_zh ON companies (stage, sort_zh, id) WHERE archived_at IS NULL;
DROP INDEX companies_manager;
CREATE INDEX companies_manager ON companies (manager_id, archived_at, sort_en, id);
CREATE INDEX companies_archived ON companies (sort_en, id) WHERE archived_at IS NOT NULL;
CREATE INDEX companies_tier ON companies (tier, sort_en, id) WHERE archived_at IS NULL;

-- After how many days without anything a company at this stage is stalled; NULL: never.
ALTER TABLE company_stages ADD COLUMN stalled_days BIGINT;
UPDATE company_stages SET stalled_days = 30 WHERE stage = 'contacted';
UPDATE company_stages SET stalled_days = 45 WHERE stage = 'in_talks';

CREATE TABLE company_view_layouts (
    layout TEXT PRIMARY KEY
);
INSERT INTO company_view_layouts (layout) VALUES ('table'), ('board');

-- A list or a board as somebody wants to see it again: nothing but the query of its address, so it shows to each person
-- what that person may see.
CREATE TABLE company_views (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    layout TEXT NOT NULL REFERENCES company_view_layouts (layout),
    query TEXT NOT NULL,
    -- With everybody who works in the zone.
    shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX company_views_name ON company_views (account_id, name_folded);
CREATE INDEX company_views_shared ON company_views (name_folded) WHERE shared;

-- With which view somebody's register opens.
CREATE TABLE company_view_defaults (
    account_id UUID PRIMARY KEY REFERENCES accounts (id),
    view_id UUID NOT NULL REFERENCES company_views (id)
);
CREATE INDEX company_view_defaults_view ON company_view_defaults (view_id);

CREATE TABLE bulk_edit_states (
    state TEXT PRIMARY KEY
);
INSERT INTO bulk_edit_states (state) VALUES ('previewed'), ('applied'), ('undone');

-- One change of many companies: shown first, then made, and undone as far as nobody changed them since.
CREATE TABLE bulk_edits (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL REFERENCES bulk_edit_states (state),
    -- What is changed, and to what: 'tier:key', 'stage:dormant', 'manager:' and an id, 'add_tag:VIP', 'archive:'.
    change TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- The list's query, to go back to.
    query TEXT NOT NULL,
    -- How many the list had found; more than were taken.
    found BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    applied_at BIGINT,
    undone_at BIGINT
);
CREATE INDEX bulk_edits_created ON bulk_edits (created_at);

CREATE TABLE bulk_edit_outcomes (
    outcome TEXT PRIMARY KEY
);
INSERT INTO bulk_edit_outcomes (outcome) VALUES
    ('ready'), ('same'), ('archived'), ('no_move'), ('too_many_tags'), ('changed'), ('applied'), ('undone'), ('kept');

CREATE TABLE bulk_edit_rows (
    bulk_edit_id UUID NOT NULL REFERENCES bulk_edits (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    position BIGINT NOT NULL,
    -- The company's version as it was shown, and after the change.
    version BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    outcome TEXT NOT NULL REFERENCES bulk_edit_outcomes (outcome),
    PRIMARY KEY (bulk_edit_id, company_id)
);
CREATE INDEX bulk_edit_rows_company ON bulk_edit_rows (company_id);
