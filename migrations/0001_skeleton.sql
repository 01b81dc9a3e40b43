-- One SQL text for SQLite and PostgreSQL. Times are microseconds UTC in BIGINT, dates ISO text, states reference small
-- tables. A set of words is one TEXT, each word between spaces (' orphan conditional '), so that LIKE '% orphan %' finds it.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- ISO 3166; the ranks sort the names of each language. Filled from app/src/country/countries.csv by the migrating process.
CREATE TABLE countries (
    code TEXT PRIMARY KEY,
    rank_en BIGINT NOT NULL,
    rank_zh BIGINT NOT NULL
);

CREATE TABLE roles (
    role TEXT PRIMARY KEY
);
INSERT INTO roles (role) VALUES ('administrator'), ('staff'), ('executive'), ('expert'), ('representative');

CREATE TABLE accounts (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL REFERENCES roles (role),
    password_hash TEXT NOT NULL,
    language TEXT,
    created_at BIGINT NOT NULL
);

-- The token itself is only in the browser's cookie.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_seen ON sessions (seen_at);

CREATE TABLE sign_in_attempts (
    id UUID PRIMARY KEY,
    email_folded TEXT NOT NULL,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    succeeded BOOLEAN NOT NULL
);
CREATE INDEX sign_in_attempts_email ON sign_in_attempts (email_folded, at);
CREATE INDEX sign_in_attempts_address ON sign_in_attempts (address, at);
CREATE INDEX sign_in_attempts_at ON sign_in_attempts (at);

-- What somebody typed into a form that was refused, for ten minutes, so that it can be shown again.
CREATE TABLE refused_posts (
    token_hash TEXT PRIMARY KEY,
    account_id UUID,
    endpoint TEXT NOT NULL,
    fields TEXT NOT NULL,
    error TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX refused_posts_expires ON refused_posts (expires_at);

CREATE TABLE company_stages (
    stage TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO company_stages (stage, position) VALUES
    ('target', 1), ('contacted', 2), ('in_talks', 3), ('partner', 4), ('dormant', 5), ('ended', 6);

CREATE TABLE companies (
    id UUID PRIMARY KEY,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_local TEXT NOT NULL,
    kinds TEXT NOT NULL,
    country TEXT REFERENCES countries (code),
    city TEXT NOT NULL,
    website TEXT NOT NULL,
    stage TEXT NOT NULL REFERENCES company_stages (stage),
    manager_id UUID REFERENCES accounts (id),
    about TEXT NOT NULL,
    search_text TEXT NOT NULL,
    sort_en TEXT NOT NULL,
    sort_zh TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX companies_sort_en ON companies (sort_en, id);
CREATE INDEX companies_sort_zh ON companies (sort_zh, id);
CREATE INDEX companies_changed ON companies (changed_at, id);
CREATE INDEX companies_country ON companies (country);
CREATE INDEX companies_stage ON companies (stage);
CREATE INDEX companies_manager ON companies (manager_id);
CREATE INDEX companies_name ON companies (name_en);

-- For whom a representative acts.
CREATE TABLE affiliations (
    account_id UUID NOT NULL REFERENCES accounts (id),
    company_id UUID NOT NULL REFERENCES companies (id),
    PRIMARY KEY (account_id, company_id)
);
CREATE INDEX affiliations_company ON affiliations (company_id);

CREATE TABLE product_categories (
    category TEXT PRIMARY KEY
);
INSERT INTO product_categories (category) VALUES
    ('drug'), ('biologic'), ('cell_therapy'), ('device'), ('ivd'), ('fsmp');

CREATE TABLE products (
    id UUID PRIMARY KEY,
    company_id UUID REFERENCES companies (id),
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    generic_name TEXT NOT NULL,
    active_substance TEXT NOT NULL,
    category TEXT NOT NULL REFERENCES product_categories (category),
    atc TEXT NOT NULL,
    pharmacotherapeutic_group TEXT NOT NULL,
    -- ';Obesity;Overweight;'
    therapeutic_areas TEXT NOT NULL,
    indication TEXT NOT NULL,
    search_text TEXT NOT NULL,
    sort_en TEXT NOT NULL,
    sort_zh TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX products_company ON products (company_id);
CREATE INDEX products_sort_en ON products (sort_en, id);
CREATE INDEX products_sort_zh ON products (sort_zh, id);
CREATE INDEX products_changed ON products (changed_at, id);

CREATE TABLE approval_statuses (
    status TEXT PRIMARY KEY
);
INSERT INTO approval_statuses (status) VALUES
    ('authorised'), ('withdrawn'), ('application_withdrawn'), ('refused'), ('opinion'), ('opinion_under_reexamination'),
    ('lapsed'), ('expired'), ('revoked'), ('suspended'), ('withdrawn_from_rolling_review');

-- What an agency abroad decided on a product, as the agency publishes it.
CREATE TABLE approvals (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES products (id),
    agency TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL REFERENCES approval_statuses (status),
    decided_on TEXT,
    authorised_on TEXT,
    designations TEXT NOT NULL,
    holder TEXT NOT NULL,
    url TEXT NOT NULL
);
CREATE INDEX approvals_product ON approvals (product_id);
CREATE UNIQUE INDEX approvals_number ON approvals (agency, number) WHERE number <> '';

CREATE TABLE import_states (
    state TEXT PRIMARY KEY
);
INSERT INTO import_states (state) VALUES ('running'), ('done'), ('refused'), ('interrupted');

CREATE TABLE imports (
    id UUID PRIMARY KEY,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    state TEXT NOT NULL REFERENCES import_states (state),
    started_by UUID REFERENCES accounts (id),
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    report TEXT NOT NULL
);
CREATE INDEX imports_started ON imports (started_at);

-- Append-only. Each row's hash covers the row before it; of the changed values it covers salted digests, so that a value
-- can be erased later and the chain still holds.
CREATE TABLE journal (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id UUID,
    origin TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    changes TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX journal_subject ON journal (subject_id, seq);
CREATE INDEX journal_actor ON journal (actor_id, seq);
CREATE INDEX journal_action ON journal (action, seq);
CREATE INDEX journal_at ON journal (at);

CREATE TABLE journal_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, '');
