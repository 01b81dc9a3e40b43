//! What refers to a company or a person, in words.

use crate::language::Texts;

/// What a table that refers to companies or people holds.
pub fn table_text(table: &str, t: &'static Texts) -> &'static str {
    match table {
        "products" => t.duplicate_moves_products(),
        "positions" => t.duplicate_moves_positions(),
        "documents" => t.duplicate_moves_documents(),
        "company_relations" => t.duplicate_moves_relations(),
        "enquiries" => t.duplicate_moves_enquiries(),
        "agreement_parties" | "agreement_contacts" => t.agreements_title(),
        "obligation_parties" => t.obligations_title(),
        "company_proposals" => t.duplicate_moves_proposals(),
        "join_requests" => t.duplicate_moves_requests(),
        "invitations" => t.duplicate_moves_invitations(),
        "affiliations" => t.duplicate_moves_affiliations(),
        "interaction_companies" | "interaction_people" => t.interaction_title(),
        "tasks" => t.task_title(),
        "message_threads" | "messages" => t.message_title(),
        "notes" => t.note_title(),
        "follows" => t.duplicate_moves_follows(),
        "notifications" => t.duplicate_moves_notifications(),
        "sessions" => t.duplicate_moves_sessions(),
        "company_mailboxes" => t.duplicate_moves_mailboxes(),
        // Others lead to it.
        "companies" | "people" => t.imports_tie_merged(),
        _ => t.duplicate_moves_others(),
    }
}
