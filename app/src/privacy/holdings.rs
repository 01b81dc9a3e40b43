//! The list of what is held about people: every table that tells of them. A story walks all tables and fails when one is
//! not here.

mod account;
mod agreements;
mod companies;
mod documents;
mod enquiries;
mod joining;
mod mails;
mod sign_in;
mod told;
mod views;
mod work;

use super::holding::Holding;

/// Everything that is held about people, in the order in which it is erased: what finds others by the person's address
/// comes before that address goes.
pub fn holdings() -> impl Iterator<Item = &'static Holding> {
    [
        sign_in::HELD,
        joining::HELD,
        companies::HELD,
        enquiries::HELD,
        agreements::HELD,
        documents::HELD,
        work::HELD,
        told::HELD,
        views::HELD,
        mails::HELD,
        account::HELD,
    ]
    .into_iter()
    .flatten()
}

/// The tables that tell nothing of people, and why.
pub const NOT_PERSONAL: &[(&str, &str)] = &[
    ("_sqlx_migrations", "which migrations were made"),
    ("settings", "what the whole portal is set to"),
    ("countries", "ISO 3166"),
    ("roles", "the words for roles"),
    ("company_stages", "the words for stages"),
    ("company_tiers", "the words for tiers"),
    ("company_view_layouts", "the words for layouts"),
    ("bulk_edit_states", "the words for states"),
    ("bulk_edit_outcomes", "the words for outcomes"),
    ("bulk_edit_rows", "which companies a bulk edit changes"),
    ("company_terms", "what companies have several of: aliases, websites, numbers"),
    ("company_term_kinds", "the words for kinds"),
    ("company_relation_kinds", "the words for kinds"),
    ("person_merge_moves", "which positions moved when two people became one"),
    ("company_keys", "by what companies are found that are alike"),
    ("company_pair_states", "the words for states"),
    ("company_proposal_states", "the words for states"),
    ("company_proposal_decisions", "the words for decisions"),
    ("company_proposal_fields", "what is proposed of a company's facts"),
    ("positions", "at which company a contact works; the contact is held in people"),
    (
        "search_entries",
        "what the search knows of other tables; what goes from them goes from it in the same transaction",
    ),
    ("mailbox_stops", "the kinds of mails that a company's mailbox gets no more"),
    ("unattended_companies", "since when nobody administers a company"),
    ("calendar_hours", "when the zone works"),
    ("calendar_days", "holidays and days worked instead"),
    ("calendar_day_kinds", "the words for kinds"),
    ("enquiry_states", "the words for states"),
    ("enquiry_kinds", "the words for kinds"),
    ("enquiry_channels", "the words for channels"),
    ("enquiry_priorities", "the words for priorities"),
    ("enquiry_close_reasons", "the words for reasons"),
    ("enquiry_numbers", "the last number of a year"),
    ("enquiry_message_kinds", "the words for kinds"),
    ("agreement_states", "the words for states"),
    ("agreement_kinds", "the words for kinds"),
    ("agreement_link_kinds", "the words for kinds"),
    ("agreement_renewals", "the words for renewals"),
    ("agreement_prevailings", "the words for languages"),
    ("agreement_numbers", "the last number of a year"),
    ("agreement_texts", "which document is the text of a version"),
    ("agreement_word_kinds", "the words for words"),
    ("agreement_signature_modes", "the words for modes"),
    ("certificates_due", "which signed agreements have no certificate yet"),
    ("agreement_signing_groups", "how many of a group sign"),
    ("agreement_signing_fact_kinds", "the words for kinds"),
    ("agreement_signing_methods", "the words for methods"),
    ("agreement_signing_doors", "hashes of what lets a guest in, which work for minutes"),
    ("obligation_states", "the words for states"),
    ("obligation_parties", "which parties owe and which benefit"),
    ("obligation_documents", "which documents are shown as evidence"),
    ("agreement_follows", "the words for what follows"),
    ("agreement_warning_kinds", "the words for warnings"),
    ("agreement_warnings", "of which day of an agreement was warned"),
    ("interaction_kinds", "the words for kinds"),
    ("interaction_companies", "which companies an interaction was with"),
    ("interaction_people", "which contacts took part in an interaction; the contact is held in people"),
    ("task_states", "the words for states"),
    ("products", "what companies make"),
    ("product_categories", "the words for categories"),
    ("approvals", "what agencies publish"),
    ("approval_statuses", "the words for statuses"),
    ("import_states", "the words for states"),
    ("register_import_states", "the words for states"),
    ("import_outcomes", "the words for outcomes"),
    ("journal_head", "the end of the journal's chain"),
    ("files", "contents of documents, each under its hash"),
    ("scan_states", "the words for states"),
    ("document_audiences", "the words for audiences"),
    ("jobs", "what is done by the clock; claimed_by names a run"),
    ("job_runs", "how that went"),
    ("affiliation_rights", "the words for rights"),
    ("link_kinds", "the words for kinds"),
    ("join_request_states", "the words for states"),
    // Several words for what SQLite keeps of its own accord.
    ("sqlite_sequence", "SQLite's own"),
    ("sqlite_stat1", "SQLite's own"),
    ("sqlite_stat4", "SQLite's own"),
];

#[cfg(test)]
mod tests {
    use super::super::holding::{Category, Keep};
    use super::super::model::Rule;
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_category_is_told_in_both_languages_with_its_times() {
        for category in Category::ALL.iter().copied() {
            let held: Vec<&Holding> = holdings().filter(|holding| holding.category == category).collect();
            assert!(!held.is_empty(), "{category:?}");
            for language in [Language::En, Language::Zh] {
                assert!(category.texts(language.texts()).iter().all(|text| !text.is_empty()));
                for keep in held.iter().flat_map(|holding| holding.keep) {
                    assert!(!keep.text(Rule::usual, language.texts()).is_empty());
                }
            }
        }
    }

    #[test]
    fn every_time_that_can_be_set_is_for_something_held() {
        let mut rules: Vec<Rule> = holdings()
            .flat_map(|holding| holding.keep)
            .filter_map(|keep| if let Keep::Days(rule) = keep { Some(*rule) } else { None })
            .collect();
        rules.push(Rule::Inactive);
        assert!(Rule::ALL.iter().all(|rule| rules.contains(rule)));
    }
}
