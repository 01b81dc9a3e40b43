//! The kinds of notifications: one line each, and their texts. Plain rules, no I/O, no clock.

use super::facts::Facts;
use crate::backend::jobs::Schedule;
use crate::language::Texts;
use crate::time::Timestamp;

/// How long a record must be quiet before a mail about its changes goes out: what is changed again meanwhile is the same
/// mail …
pub const QUIET: i64 = 2 * Timestamp::MINUTE;
/// … but for no longer than this after the first change.
pub const LONGEST_BURST: i64 = 15 * Timestamp::MINUTE;
/// At this hour of the zone the daily mail is due.
pub const DAILY: Schedule = Schedule::Daily(8);

/// Where a kind stands among the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Deadlines,
    Work,
    Companies,
    People,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Deadlines, Self::Work, Self::Companies, Self::People];

    pub fn title(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Deadlines => t.notice_group_deadlines(),
            Self::Work => t.notice_group_work(),
            Self::Companies => t.notice_group_companies(),
            Self::People => t.notice_group_people(),
        }
    }
}

/// Who may read notifications of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Administrators, staff and executives: it says what only they may know. Others are never told, and who is no longer
    /// one of them reads it no more.
    Zone,
    /// Whoever is told.
    Anybody,
}

/// When a mail goes out to who wants it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once, to everybody: there is nothing to choose.
    Must,
    /// At once: it happens once.
    Prompt,
    /// When the record has been quiet for [`QUIET`]: changes come in bursts.
    Gathered,
}

/// How somebody wants mails of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mails {
    AtOnce,
    /// One mail a day with all there is.
    Daily,
    /// Only in the list.
    None,
}

impl Mails {
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::None];

    pub fn code(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::None => "none",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mails| mails.code() == code)
    }

    pub fn title(self, t: &'static Texts) -> &'static str {
        match self {
            Self::AtOnce => t.notice_at_once(),
            Self::Daily => t.notice_daily(),
            Self::None => t.notice_none_mailed(),
        }
    }
}

/// Makes [`Kind`] of the table below.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $group:ident, $audience:ident, $pace:ident, $mails:ident, $title:ident,
       |$t:ident, $facts:ident| $line:expr;)+) => {
        /// What somebody is told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)+
        }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// What is stored of it.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            pub fn group(self) -> Group {
                match self {
                    $(Self::$name => Group::$group,)+
                }
            }

            pub fn audience(self) -> Audience {
                match self {
                    $(Self::$name => Audience::$audience,)+
                }
            }

            pub fn pace(self) -> Pace {
                match self {
                    $(Self::$name => Pace::$pace,)+
                }
            }

            /// How mails of this kind are sent to who has chosen nothing.
            pub fn usual(self) -> Mails {
                match self {
                    $(Self::$name => Mails::$mails,)+
                }
            }

            /// What it is called among the choices.
            pub fn title(self, t: &'static Texts) -> &'static str {
                match self {
                    $(Self::$name => t.$title(),)+
                }
            }

            /// What happened, as one line: in the list, in the daily mail, and as the subject of a mail of its own.
            pub fn line(self, facts: &Facts) -> String {
                match self {
                    $(Self::$name => {
                        let ($t, $facts) = (facts.texts(), facts);
                        $line
                    })+
                }
            }
        }
    };
}

// Name = code: group, who may read it, pace, what is usual, its text among the choices, and its line made of facts.
kinds! {
    /// The receiver became a company's account manager.
    CompanyManager = "company.manager": Companies, Zone, Prompt, AtOnce, notice_kind_manager, |t, f| {
        // A deputy is told for whom.
        match f.of("instead_of") {
            absent if absent.is_empty() => t.letter_manager_subject(f.of("name")),
            absent => t.notice_line_manager(absent, f.of("name")),
        }
    };
    /// The receiver no longer is a company's account manager.
    CompanyFormerManager = "company.former_manager": Companies, Zone, Prompt, AtOnce, notice_kind_former_manager, |t, f| {
        match f.of("instead_of") {
            absent if absent.is_empty() => t.letter_former_subject(f.of("name")),
            absent => t.notice_line_former(absent, f.of("name")),
        }
    };
    /// A record that the receiver follows was changed. Facts: `name`, `by`, `fields`.
    FollowedChanged = "followed.changed": Companies, Anybody, Gathered, Daily, notice_kind_followed, |t, f| t.notice_line_followed(f.of("by"), f.of("name"));
    /// Nobody can administer a company's people any more. Facts: `name`.
    CompanyUnattended = "company.unattended": Companies, Zone, Prompt, AtOnce, notice_kind_unattended, |t, f| t.notice_line_unattended(f.of("name"));
    /// Staff decided on what the receiver proposed. Facts: `name` (the company), `outcome` (`accepted`, `partly`,
    /// `declined`), `accepted` and `declined` (fields), and `reason.` with a field's name.
    ProposalDecided = "proposal.decided": Companies, Anybody, Prompt, AtOnce, notice_kind_proposal, |t, f| match f.of("outcome").as_str() {
        "accepted" => t.notice_line_proposal_accepted(f.of("name")),
        "partly" => t.notice_line_proposal_partly(f.of("name")),
        "declined" => t.notice_line_proposal_declined(f.of("name")),
        _ => t.notice_line_proposal(f.of("name")),
    };
    /// Somebody asks for access. All who ask are one subject, so that a burst of them is one mail. Facts of who asked last:
    /// `by` (the person), `name` (the company); and `waiting`, how many requests wait then.
    JoinWaiting = "join.waiting": People, Zone, Gathered, AtOnce, notice_kind_join, |t, f| match f.of("waiting").as_str() {
        "" | "1" => t.notice_line_join(f.of("by"), f.of("name")),
        several => t.notice_line_joins(several, f.of("by"), f.of("name")),
    };
    /// Companies of the receiver's were changed together. Facts: `by`, `count`, `name` (what was changed).
    CompaniesChanged = "companies.changed": Companies, Zone, Prompt, AtOnce, bulk_kind, |t, f| t.bulk_line(f.of("by"), f.of("count"), f.of("name"));
    /// Companies of the receiver's stalled. Facts: `count`, `name` (the first of them).
    CompaniesStalled = "companies.stalled": Companies, Zone, Prompt, AtOnce, stalled_kind, |t, f| t.stalled_line(f.of("count"), f.of("name"));
    /// The receiver no longer acts for a company; the subject is an `affiliation`, for the company is not theirs to open any
    /// more. Facts: `name` (the company), `by`, `successor`.
    AffiliationEnded = "affiliation.ended": People, Anybody, Prompt, AtOnce, notice_kind_affiliation, |t, f| t.notice_line_affiliation(f.of("name"));
    /// An enquiry was not dealt with in time. Facts: `name` (its number), `clock` (`acknowledge`, `answer`), `due`, `asker`,
    /// `country`.
    EnquiryOverdue = "enquiry.overdue": Work, Zone, Gathered, AtOnce, notice_kind_enquiry, |t, f| t.notice_line_enquiry(f.of("name"));
    /// An agreement that the receiver shares, or looks after, was moved. Facts: `name`, `agreement_state`, `by`.
    AgreementMoved = "agreement.moved": Work, Anybody, Prompt, AtOnce, agreement_notice_kind_moved, |t, f| t.agreement_notice_moved(f.of("agreement_state"), f.of("name"));
    /// It has a new text. Facts: `name`, `by`.
    AgreementText = "agreement.text": Work, Anybody, Gathered, AtOnce, agreement_notice_kind_text, |t, f| t.agreement_notice_text(f.of("name"));
    /// Somebody commented on it, or gave a word. Facts: `name`, `by`, `text`.
    AgreementSaid = "agreement.said": Work, Anybody, Gathered, AtOnce, agreement_notice_kind_said, |t, f| t.agreement_notice_said(f.of("by"), f.of("name"));
    /// Something happened while it is signed that staff should know: `what` is `declined`, `delegated`, `expired` or
    /// `original`. Facts: `name`, `by` (the signer), `text`.
    AgreementSigning = "agreement.signing": Work, Zone, Prompt, AtOnce, signing_notice_kind, |t, f| match f.of("what").as_str() {
        "declined" => t.signing_notice_declined(f.of("by"), f.of("name")),
        "delegated" => t.signing_notice_delegated(f.of("by"), f.of("text"), f.of("name")),
        "expired" => t.signing_notice_expired(f.of("by"), f.of("name")),
        _ => t.signing_notice_original(f.of("name")),
    };
    /// A step was taken with what the receiver's company owes, or is owed. Facts: `name`, `obligation_state`, `by`.
    ObligationMoved = "obligation.moved": Work, Anybody, Prompt, AtOnce, obligation_notice_kind_moved, |t, f| t.obligation_notice_moved(f.of("obligation_state"), f.of("name"));
    /// A company of the receiver's is late with what it owes. Facts: `name`, `due`.
    ObligationOverdue = "obligation.overdue": Deadlines, Zone, Prompt, AtOnce, obligation_notice_kind_overdue, |t, f| t.obligation_notice_overdue(f.of("due"), f.of("name"));
    /// It has been late for long. Facts: `name`, `due`.
    ObligationEscalated = "obligation.escalated": Deadlines, Zone, Prompt, AtOnce, obligation_notice_kind_escalated, |t, f| t.obligation_notice_escalated(f.of("due"), f.of("name"));
    /// The day for notice, or the last day, of an agreement is near. Facts: `name`, `agreement_warning`, `due`.
    AgreementEnds = "agreement.ends": Deadlines, Anybody, Prompt, AtOnce, renewal_notice_kind, |t, f| match f.of("agreement_warning").as_str() {
        "notice" => t.renewal_notice_notice(f.of("due"), f.of("name")),
        "goes_on" => t.renewal_notice_goes_on(f.of("due"), f.of("name")),
        _ => t.renewal_notice_end(f.of("due"), f.of("name")),
    };
    /// Somebody named the receiver in what the zone notes for itself. Facts: `by`, `name`, `text`.
    Mention = "mention": Work, Zone, Gathered, AtOnce, notice_kind_mention, |t, f| t.notice_line_mention(f.of("by"), f.of("name"));
    /// Somebody wrote in a conversation of the receiver's. Facts: `by`, `name`, `text`.
    Message = "message": Work, Anybody, Gathered, AtOnce, notice_kind_message, |t, f| t.notice_line_message(f.of("by"), f.of("name"));
    /// A task of the receiver's is due. Facts: `name`, `due`.
    TaskDue = "task.due": Work, Anybody, Gathered, Daily, notice_kind_task, |t, f| t.notice_line_task(f.of("due"), f.of("name"));
    /// Somebody gave the receiver a task, or the one for whom the receiver acts. Facts: `by`, `name`, `due`.
    TaskAssigned = "task.assigned": Work, Zone, Prompt, AtOnce, task_notice_kind, |t, f| t.task_notice(f.of("by"), f.of("name"), f.of("due"));
    /// The receiver is asked to sign. Facts: `name`, `by`, `due`.
    SignatureAsked = "signature.asked": Deadlines, Anybody, Must, AtOnce, notice_kind_signature, |t, f| t.notice_line_signature(f.of("name"));
    /// A date is near that the receiver answers for. Facts: `name`, `due`.
    Deadline = "deadline": Deadlines, Anybody, Must, AtOnce, notice_kind_deadline, |t, f| t.notice_line_deadline(f.of("due"), f.of("name"));
}

impl Kind {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether its mails go to everybody at once, whatever they chose.
    pub fn must(self) -> bool {
        self.pace() == Pace::Must
    }

    /// How its mails are sent to who has chosen this, or nothing.
    pub fn mails(self, chosen: Option<Mails>) -> Mails {
        if self.must() { Mails::AtOnce } else { chosen.unwrap_or(self.usual()) }
    }

    /// Whether it is the company that is told, through its people: then its shared mailbox is told, too. What is personal
    /// never goes there; of messages it is told by a mail of its own, which does not say what they say.
    pub fn is_for_company(self) -> bool {
        matches!(self, Self::ProposalDecided | Self::TaskDue | Self::SignatureAsked | Self::Deadline)
    }

    /// Whether its line says itself how many there are.
    pub fn counts_itself(self) -> bool {
        self == Self::JoinWaiting
    }

    /// When a mail about what happens now is due; none when none is wanted.
    pub fn due(self, mails: Mails, now: Timestamp) -> Option<Timestamp> {
        match (mails, self.pace()) {
            (_, Pace::Must) | (Mails::AtOnce, Pace::Prompt) => Some(now),
            (Mails::AtOnce, Pace::Gathered) => Some(now.plus(QUIET)),
            (Mails::Daily, _) => Some(DAILY.next(now)),
            (Mails::None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_kind_is_told_in_both_languages() {
        let mut codes = std::collections::HashSet::new();
        for kind in Kind::ALL {
            assert!(codes.insert(kind.code()));
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            for language in [Language::En, Language::Zh] {
                assert!(!kind.title(language.texts()).is_empty());
                let json = r#"{"name_en":"Novo","name_zh":"诺和","by":"Grace","due":"2026-12-01"}"#;
                let line = kind.line(&Facts::read(json, language, true));
                assert!(line.contains(language.prefer("Novo", "诺和")) && !line.contains('{'), "{line}");
            }
        }
        assert_eq!(Kind::from_code("castle"), None);
        // A text's method takes its values in the order in which they stand in English: each in its place.
        let line =
            |kind: Kind| kind.line(&Facts::read(r#"{"name":"N","by":"B","due":"2026-12-01"}"#, Language::En, true));
        assert_eq!(line(Kind::Deadline), "Deadline 1 Dec 2026: N");
        assert_eq!(line(Kind::TaskDue), "Due on 1 Dec 2026: N");
        assert_eq!(line(Kind::Message), "New message from B: N");
        assert_eq!(line(Kind::TaskAssigned), "B gave you a task: N, due on 1 Dec 2026");
        assert_eq!(line(Kind::JoinWaiting), "B asks for access for N");
        assert_eq!(line(Kind::FollowedChanged), "B changed N");
        assert_eq!(line(Kind::Mention), "B mentioned you: N");
    }

    /// All that is said in a folder about notifications, without the notifications' own.
    fn sources(folder: &std::path::Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().unwrap() != "notification" {
                sources(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                all.push_str(if text.contains("notification") { &text } else { "" });
            }
        }
    }

    #[test]
    fn something_tells_of_every_kind() {
        let mut all = String::new();
        sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        for kind in Kind::ALL {
            assert!(
                all.contains(&format!("Kind::{kind:?}")),
                "{kind:?}: one may choose about it, and nothing tells of it"
            );
        }
    }

    #[test]
    fn mails_are_due_as_chosen_and_what_must_goes_at_once() {
        // 2026-11-22T18:59:59Z is the 23rd in China, before eight.
        let now = Timestamp(1_795_373_999_000_000);
        let due = |kind: Kind, chosen| kind.due(kind.mails(chosen), now);
        assert_eq!(due(Kind::Deadline, Some(Mails::None)), Some(now));
        assert_eq!(due(Kind::CompanyManager, None), Some(now));
        assert_eq!(due(Kind::Message, None), Some(now.plus(QUIET)));
        assert_eq!(due(Kind::Message, Some(Mails::None)), None);
        assert_eq!(due(Kind::FollowedChanged, None).map(Timestamp::iso).as_deref(), Some("2026-11-23T00:00:00Z"));
        assert_eq!(due(Kind::FollowedChanged, Some(Mails::AtOnce)), Some(now.plus(QUIET)));
    }
}
