//! What an invitation is, and how a form becomes one.

use uuid::Uuid;

use crate::actor::{Rights, Role};
use crate::language::Language;
use crate::time::Timestamp;

/// How long an invitation can be accepted after it was last sent, in microseconds.
pub const OPEN: i64 = 14 * Timestamp::DAY;

/// Somebody is asked to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: Uuid,
    pub email: String,
    pub email_folded: String,
    pub name: String,
    pub role: Role,
    /// For which company, with which rights in it; only for representatives.
    pub company: Option<Uuid>,
    pub rights: Option<Rights>,
    /// What the person is there: "Head of regulatory affairs".
    pub title: String,
    /// In which the mail is written.
    pub language: Language,
    /// Who vouches for the person: who sent it last.
    pub invited_by: Uuid,
    pub sent_at: Timestamp,
}

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Expired,
    /// Withdrawn by somebody, or because who sent it may no longer invite.
    Withdrawn,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// An invitation as it is read.
#[derive(Clone, Debug)]
pub struct Sent {
    pub invitation: Invitation,
    /// The name of who sent it last.
    pub inviter: String,
    /// Whether that person still may invite to the same.
    pub inviter_may: bool,
    pub company_en: String,
    pub company_zh: String,
    pub accepted_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
}

impl Sent {
    pub fn state(&self, now: Timestamp) -> State {
        if self.accepted_at.is_some() {
            State::Accepted
        } else if self.withdrawn_at.is_some() || !self.inviter_may {
            State::Withdrawn
        } else if self.invitation.sent_at.plus(OPEN) <= now {
            State::Expired
        } else {
            State::Open
        }
    }
}

/// Where the invitations to a company, or to the zone, are listed.
pub fn list_url(company: Option<Uuid>) -> String {
    match company {
        Some(company) => format!("/companies/{company}/invitations"),
        None => "/admin/invitations".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_open_for_fourteen_days_while_its_sender_may_invite() {
        let sent = Sent {
            invitation: Invitation {
                id: Uuid::nil(),
                email: String::new(),
                email_folded: String::new(),
                name: String::new(),
                role: Role::Expert,
                company: None,
                rights: None,
                title: String::new(),
                language: Language::En,
                invited_by: Uuid::nil(),
                sent_at: Timestamp(0),
            },
            inviter: String::new(),
            inviter_may: true,
            company_en: String::new(),
            company_zh: String::new(),
            accepted_at: None,
            withdrawn_at: None,
        };
        assert_eq!(sent.state(Timestamp(OPEN - 1)), State::Open);
        assert_eq!(sent.state(Timestamp(OPEN)), State::Expired);
        assert_eq!(Sent { inviter_may: false, ..sent.clone() }.state(Timestamp(1)), State::Withdrawn);
        let withdrawn = Sent { withdrawn_at: Some(Timestamp(1)), ..sent };
        assert_eq!(withdrawn.state(Timestamp(2)), State::Withdrawn);
        assert_eq!(Sent { accepted_at: Some(Timestamp(1)), ..withdrawn }.state(Timestamp(OPEN)), State::Accepted);
    }
}
