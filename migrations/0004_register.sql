-- The partner register: what a company is, whom it belongs to, who works there, and what its people ask to correct.

CREATE TABLE company_tiers (
    tier TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO company_tiers (tier, position) VALUES ('strategic', 1), ('key', 2), ('general', 3);

-- NULL until somebody has said how much the company matters.
ALTER TABLE companies ADD COLUMN tier TEXT REFERENCES company_tiers (tier);
-- What the search of those looks into who see names only; search_text has aliases, domains and registrations too.
ALTER TABLE companies ADD COLUMN name_text TEXT NOT NULL DEFAULT '';
UPDATE companies SET name_text = search_text;
-- A company made by mistake. It stays under its address, and is left out everywhere else.
ALTER TABLE companies ADD COLUMN archived_at BIGINT;
ALTER TABLE companies ADD COLUMN archived_by UUID REFERENCES accounts (id);
ALTER TABLE companies ADD COLUMN archived_reason TEXT NOT NULL DEFAULT '';

-- Lists read what is not archived; their indexes hold only that.
DROP INDEX companies_sort_en;
DROP INDEX companies_sort_zh;
DROP INDEX companies_changed;
DROP INDEX companies_country;
CREATE INDEX companies_sort_en ON companies (sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_sort_zh ON companies (sort_zh, id) WHERE archived_at IS NULL;
CREATE INDEX companies_changed ON companies (changed_at, id) WHERE archived_at IS NULL;
CREATE INDEX companies_country ON companies (country) WHERE archived_at IS NULL;

CREATE TABLE company_term_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO company_term_kinds (kind) VALUES
    ('alias'), ('website'), ('email_domain'), ('registration'), ('area'), ('tag');

-- What a company has several of. The first website is companies.website too. A registration is 'CVR 63717916'.
CREATE TABLE company_terms (
    company_id UUID NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL REFERENCES company_term_kinds (kind),
    position BIGINT NOT NULL,
    value TEXT NOT NULL,
    -- As it is compared: without case, accents and width; a website without its scheme, 'www.' and the slash at its end.
    folded TEXT NOT NULL,
    PRIMARY KEY (company_id, kind, position)
);
CREATE INDEX company_terms_folded ON company_terms (kind, folded);
INSERT INTO company_terms (company_id, kind, position, value, folded)
    SELECT id, 'website', 0, website,
           rtrim(replace(replace(replace(lower(website), 'https://', ''), 'http://', ''), 'www.', ''), '/')
    FROM companies WHERE website <> '';

CREATE TABLE company_relation_kinds (
    kind TEXT PRIMARY KEY
);
INSERT INTO company_relation_kinds (kind) VALUES
    ('parent_of'), ('joint_venture'), ('licence'), ('agent_of'), ('competitor');

-- 'from' is the parent of 'to', has the joint venture 'to', gave a licence to 'to', is the agent of 'to'; competitors are
-- so in both directions, and stand here once.
CREATE TABLE company_relations (
    id UUID PRIMARY KEY,
    from_company UUID NOT NULL REFERENCES companies (id),
    to_company UUID NOT NULL REFERENCES companies (id),
    kind TEXT NOT NULL REFERENCES company_relation_kinds (kind),
    since TEXT,
    until TEXT,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES accounts (id)
);
CREATE INDEX company_relations_from ON company_relations (from_company);
CREATE INDEX company_relations_to ON company_relations (to_company);

CREATE TABLE people (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    phone TEXT NOT NULL,
    wechat TEXT NOT NULL,
    -- In which language one writes to them; empty when that is not known.
    language TEXT NOT NULL,
    -- For the zone alone.
    note TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    search_text TEXT NOT NULL,
    sort_en TEXT NOT NULL,
    sort_zh TEXT NOT NULL,
    archived_at BIGINT
);
CREATE UNIQUE INDEX people_email ON people (email_folded) WHERE email_folded <> '' AND archived_at IS NULL;
CREATE UNIQUE INDEX people_account ON people (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX people_sort_en ON people (sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX people_sort_zh ON people (sort_zh, id) WHERE archived_at IS NULL;

-- Where somebody works, or worked. Dates are ISO text; without an end it lasts.
CREATE TABLE positions (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    title TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    since TEXT,
    until TEXT,
    -- The one by which the person is introduced.
    main BOOLEAN NOT NULL
);
CREATE INDEX positions_person ON positions (person_id);
CREATE INDEX positions_company ON positions (company_id);

CREATE TABLE company_proposal_states (
    state TEXT PRIMARY KEY
);
INSERT INTO company_proposal_states (state) VALUES ('open'), ('decided'), ('withdrawn');

-- What a company's own people ask to correct of its profile.
CREATE TABLE company_proposals (
    id UUID PRIMARY KEY,
    company_id UUID NOT NULL REFERENCES companies (id),
    proposed_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    based_on_version BIGINT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL REFERENCES company_proposal_states (state),
    decided_by UUID REFERENCES accounts (id),
    decided_at BIGINT
);
CREATE INDEX company_proposals_company ON company_proposals (company_id, created_at);
CREATE UNIQUE INDEX company_proposals_open ON company_proposals (company_id, proposed_by) WHERE state = 'open';

CREATE TABLE company_proposal_decisions (
    decision TEXT PRIMARY KEY
);
INSERT INTO company_proposal_decisions (decision) VALUES ('accepted'), ('declined');

CREATE TABLE company_proposal_fields (
    proposal_id UUID NOT NULL REFERENCES company_proposals (id),
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    -- NULL until it is decided.
    decision TEXT REFERENCES company_proposal_decisions (decision),
    reason TEXT NOT NULL,
    PRIMARY KEY (proposal_id, field)
);
