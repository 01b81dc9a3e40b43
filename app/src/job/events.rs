//! How jobs, and the journal's entries about them, read.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::language::Texts;

/// The actions that the journal knows of jobs.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    (action == "job.hastened").then(|| t.jobs_event_hastened())
}

/// The id under which the journal knows a job, which has none of its own.
pub fn subject(name: &str) -> Uuid {
    let hash = Sha256::digest(name.as_bytes());
    Uuid::from_bytes(std::array::from_fn(|index| hash[index]))
}

/// What a job is called, and what it does.
pub fn job_texts(name: &str, t: &'static Texts) -> (&'static str, &'static str) {
    match name {
        "imports.lost" => (t.jobs_imports(), t.jobs_imports_does()),
        "companies.compare" => (t.duplicate_job(), t.duplicate_job_does()),
        "enquiries.overdue" => (t.enquiry_job(), t.enquiry_job_does()),
        "obligations.clock" => (t.obligation_job(), t.obligation_job_does()),
        "agreements.warn" => (t.renewal_job(), t.renewal_job_does()),
        "agreements.clock" => (t.agreement_job(), t.agreement_job_does()),
        "refused_posts.sweep" => (t.jobs_posts(), t.jobs_posts_does()),
        "sessions.sweep" => (t.jobs_sessions(), t.jobs_sessions_does()),
        "looks.end" => (t.looking_job(), t.looking_job_does()),
        "affiliations.watch" => (t.affiliation_job(), t.affiliation_job_does()),
        "attempts.sweep" => (t.jobs_attempts(), t.jobs_attempts_does()),
        "join_requests.sweep" => (t.joining_job(), t.joining_job_does()),
        "mails.sweep" => (t.jobs_mails(), t.jobs_mails_does()),
        "notifications.mail" => (t.notice_job(), t.notice_job_does()),
        "files.sweep" => (t.jobs_files(), t.jobs_files_does()),
        "job_runs.sweep" => (t.jobs_runs(), t.jobs_runs_does()),
        "journal.verify" => (t.jobs_journal(), t.jobs_journal_does()),
        "tasks.due" => (t.task_job(), t.task_job_does()),
        "companies.stalled" => (t.stalled_job(), t.stalled_job_does()),
        "companies.stalled_told" => (t.stalled_told_job(), t.stalled_told_job_does()),
        "retention.apply" => (t.retention_job(), t.retention_job_does()),
        _ => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_job_has_its_words_and_an_id_of_its_own() {
        let mut ids = std::collections::HashSet::new();
        for job in crate::job::JOBS {
            assert!(ids.insert(subject(job.name)));
            for language in [Language::En, Language::Zh] {
                let (title, does) = job_texts(job.name, language.texts());
                assert!(!title.is_empty() && !does.is_empty(), "{}", job.name);
            }
        }
    }
}
