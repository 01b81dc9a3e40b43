-- Lists of a large portal: what they look up for each line is in an index, and nothing is read that is only counted.

-- Whether a company has a word is one look, however many companies have it.
DROP INDEX company_terms_folded;
CREATE INDEX company_terms_folded ON company_terms (kind, folded, company_id);

-- Whether an agreement binds, which is asked of each obligation that is late.
CREATE INDEX agreements_binding ON agreements (id, state, effective_at, shared_at, private);
-- Those that end soon.
CREATE INDEX agreements_ending ON agreements (state, ends_at, renewal, effective_at, private, shared_at);
-- By their days, with where they stand: the others are passed over without reading them.
DROP INDEX agreements_effective;
DROP INDEX agreements_ends;
CREATE INDEX agreements_effective ON agreements (effective_on, id, state, effective_at, ends_at, renewal);
CREATE INDEX agreements_ends ON agreements (ends_on, id, state, effective_at, ends_at, renewal);
