-- A large register: what lists of companies sort by, and an index for every order and every filter of theirs.

-- Triggers keep these, see app/src/company/store/places.rs. Without a manager it is '~', which comes last, as 999 does for a
-- country.
ALTER TABLE companies ADD COLUMN stage_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE companies ADD COLUMN country_en BIGINT NOT NULL DEFAULT 999;
ALTER TABLE companies ADD COLUMN country_zh BIGINT NOT NULL DEFAULT 999;
ALTER TABLE companies ADD COLUMN manager_name TEXT NOT NULL DEFAULT '~';
ALTER TABLE companies ADD COLUMN product_count BIGINT NOT NULL DEFAULT 0;

-- Orders, forwards and backwards.
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

-- Filters. Each index has the other filters' columns too, so that how many companies several filters find is counted without
-- a look at a company.
DROP INDEX companies_country;
DROP INDEX companies_stage;
DROP INDEX companies_tier;
CREATE INDEX companies_country ON companies (country, stage, manager_id, tier, kinds, id) WHERE archived_at IS NULL;
CREATE INDEX companies_stage ON companies (stage, country, manager_id, tier, kinds, id) WHERE archived_at IS NULL;
CREATE INDEX companies_managed ON companies (manager_id, stage, country, tier, kinds, id)
    WHERE archived_at IS NULL AND manager_id IS NOT NULL;
CREATE INDEX companies_tier ON companies (tier, stage, country, manager_id, kinds, id)
    WHERE archived_at IS NULL AND tier IS NOT NULL;
CREATE INDEX companies_kind_manufacturer ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% manufacturer %';
CREATE INDEX companies_kind_agent ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% agent %';
CREATE INDEX companies_kind_medical_institution ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% medical_institution %';
CREATE INDEX companies_kind_insurer ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% insurer %';
CREATE INDEX companies_kind_pharmacy ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% pharmacy %';
CREATE INDEX companies_kind_cluster ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% cluster %';
CREATE INDEX companies_kind_investor ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% investor %';
CREATE INDEX companies_kind_research ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% research %';
CREATE INDEX companies_kind_cro ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% cro %';
CREATE INDEX companies_kind_authority ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% authority %';
CREATE INDEX companies_kind_zone_administration ON companies (stage, country, manager_id, tier, id)
    WHERE archived_at IS NULL AND kinds LIKE '% zone_administration %';
