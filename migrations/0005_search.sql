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

-- What lists of companies sort by, see app/src/company/store/places.rs: triggers keep it. Without a manager it is '~', which
-- comes last, as 999 does for a country.
ALTER TABLE companies ADD COLUMN stage_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE companies ADD COLUMN country_en BIGINT NOT NULL DEFAULT 999;
ALTER TABLE companies ADD COLUMN country_zh BIGINT NOT NULL DEFAULT 999;
ALTER TABLE companies ADD COLUMN manager_name TEXT NOT NULL DEFAULT '~';
ALTER TABLE companies ADD COLUMN product_count BIGINT NOT NULL DEFAULT 0;

-- Every order of the list, forwards and backwards.
DROP INDEX companies_changed;
CREATE INDEX companies_by_changed_en ON companies (changed_at, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_changed_zh ON companies (changed_at, sort_zh, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_stage_en ON companies (stage_position, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_stage_zh ON companies (stage_position, sort_zh, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_country_en ON companies (country_en, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_country_zh ON companies (country_zh, sort_zh, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_manager_en ON companies (manager_name, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_manager_zh ON companies (manager_name, sort_zh, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_products_en ON companies (product_count, sort_en, id) WHERE archived_at IS NULL;
CREATE INDEX companies_by_products_zh ON companies (product_count, sort_zh, id) WHERE archived_at IS NULL;

-- Every filter of the list. Each index has the other filters' columns too, so that how many companies several filters find
-- is counted without a look at a company.
DROP INDEX companies_country;
DROP INDEX companies_stage;
DROP INDEX companies_manager;
CREATE INDEX companies_country ON companies (country, stage, manager_id, tier, kinds, id) WHERE archived_at IS NULL;
CREATE INDEX companies_stage ON companies (stage, country, manager_id, tier, kinds, id) WHERE archived_at IS NULL;
CREATE INDEX companies_manager ON companies (manager_id, stage, country, tier, kinds, id)
    WHERE archived_at IS NULL AND manager_id IS NOT NULL;
CREATE INDEX companies_tier ON companies (tier, stage, country, manager_id, kinds, id)
    WHERE archived_at IS NULL AND tier IS NOT NULL;
CREATE INDEX companies_archived ON companies (archived_at) WHERE archived_at IS NOT NULL;
CREATE INDEX companies_manufacturer ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% manufacturer %';
CREATE INDEX companies_agent ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% agent %';
CREATE INDEX companies_medical_institution ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% medical_institution %';
CREATE INDEX companies_insurer ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% insurer %';
CREATE INDEX companies_pharmacy ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% pharmacy %';
CREATE INDEX companies_cluster ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% cluster %';
CREATE INDEX companies_investor ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% investor %';
CREATE INDEX companies_research ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% research %';
CREATE INDEX companies_cro ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% cro %';
CREATE INDEX companies_authority ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% authority %';
CREATE INDEX companies_zone_administration ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% zone_administration %';
