//! What the states, kinds and moves of agreements are called, and what stands in the way of one.

use super::life::State;
use super::model::{Kind, Renewal, Tongue, Word};
use crate::error::Hindrance;
use crate::language::Texts;

impl Texts {
    pub fn agreement_state_of(&self, state: State) -> &'static str {
        match state {
            State::Draft => self.agreement_at_draft(),
            State::InternalReview => self.agreement_at_internal_review(),
            State::Negotiation => self.agreement_at_negotiation(),
            State::TextAgreed => self.agreement_at_text_agreed(),
            State::ForSignature => self.agreement_at_for_signature(),
            State::PartlySigned => self.agreement_at_partly_signed(),
            State::Signed => self.agreement_at_signed(),
            State::InForce => self.agreement_at_in_force(),
            State::Expired => self.agreement_at_expired(),
            State::Renewed => self.agreement_at_renewed(),
            State::Terminated => self.agreement_at_terminated(),
            State::Withdrawn => self.agreement_at_withdrawn(),
            State::Rejected => self.agreement_at_rejected(),
        }
    }

    /// A move as the verb of a button.
    pub fn agreement_move_to(&self, from: State, to: State) -> &'static str {
        match to {
            State::Draft => self.agreement_to_draft(),
            State::InternalReview => self.agreement_to_internal_review(),
            State::Negotiation if from == State::InternalReview => self.agreement_to_negotiation(),
            State::Negotiation => self.agreement_back_to_negotiation(),
            State::TextAgreed => self.agreement_to_text_agreed(),
            State::ForSignature => self.agreement_to_for_signature(),
            State::Renewed => self.agreement_to_renewed(),
            State::Terminated => self.agreement_to_terminated(),
            State::Withdrawn => self.agreement_to_withdrawn(),
            State::Rejected => self.agreement_to_rejected(),
            // The clock's, and the signatures'.
            other => self.agreement_state_of(other),
        }
    }

    pub fn agreement_kind_of(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Strategic => self.agreement_kind_strategic(),
            Kind::Framework => self.agreement_kind_framework(),
            Kind::Mou => self.agreement_kind_mou(),
            Kind::Investment => self.agreement_kind_investment(),
            Kind::Nda => self.agreement_kind_nda(),
            Kind::Data => self.agreement_kind_data(),
            Kind::Service => self.agreement_kind_service(),
        }
    }

    pub fn agreement_renewal_of(&self, renewal: Renewal) -> &'static str {
        match renewal {
            Renewal::None => self.agreement_renewal_none(),
            Renewal::Automatic => self.agreement_renewal_automatic(),
            Renewal::ByConsent => self.agreement_renewal_by_consent(),
        }
    }

    pub fn agreement_prevailing_of(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::En => self.agreement_prevailing_en(),
            Tongue::Zh => self.agreement_prevailing_zh(),
            Tongue::Both => self.agreement_prevailing_both(),
        }
    }

    pub fn agreement_tongue_of(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::En => self.agreement_tongue_en(),
            Tongue::Zh => self.agreement_tongue_zh(),
            Tongue::Both => self.agreement_tongue_both(),
        }
    }

    pub fn agreement_word_of(&self, word: Word) -> &'static str {
        match word {
            Word::Accepts => self.agreement_word_accepts(),
            Word::AsksChanges => self.agreement_word_asks_changes(),
        }
    }

    /// What stands in the way.
    pub fn agreement_hindrance(&self, hindrance: Hindrance) -> &'static str {
        match hindrance {
            Hindrance::NoSuchMove => self.agreement_cannot_now(),
            Hindrance::TwoParties => self.agreement_cannot_two_parties(),
            Hindrance::Text => self.agreement_cannot_text(),
            Hindrance::Accepted => self.agreement_cannot_accepted(),
            Hindrance::Reason => self.agreement_cannot_reason(),
            Hindrance::Signed => self.agreement_cannot_signed(),
            Hindrance::Original => self.agreement_cannot_original(),
            Hindrance::EffectiveDay => self.agreement_cannot_effective(),
            Hindrance::NotYet => self.agreement_cannot_yet(),
            Hindrance::NewText => self.agreement_cannot_new_text(),
            Hindrance::HasLanguage => self.agreement_cannot_language(),
            Hindrance::Bound => self.agreement_cannot_bound(),
            Hindrance::PartyAlready => self.agreement_cannot_party_already(),
            Hindrance::TooManyParties => self.agreement_cannot_many_parties(),
            Hindrance::TooManySignatories => self.agreement_cannot_many_signatories(),
            Hindrance::TooManyDocuments => self.agreement_cannot_many_documents(),
            Hindrance::BothParties => self.agreement_cannot_both_parties(),
            Hindrance::SameCertificate => self.certificate_same(),
            Hindrance::NothingToCertify => self.certificate_nothing(),
            Hindrance::NotYourTurn => self.signing_not_your_turn(),
            Hindrance::NotOpened => self.signing_cannot_unopened(),
            Hindrance::RequestOver => self.signing_cannot_over(),
            Hindrance::CodeOver => self.signing_cannot_code_over(),
            Hindrance::NoSignatories => self.signing_cannot_nobody(),
            Hindrance::TooFew => self.signing_cannot_too_few(),
            Hindrance::Uncertain => self.signing_cannot_uncertain(),
            Hindrance::NotBinding => self.obligation_cannot_not_binding(),
            Hindrance::NoSides => self.obligation_cannot_no_sides(),
            Hindrance::NoEvidence => self.obligation_cannot_no_evidence(),
            Hindrance::OwnEvidence => self.obligation_cannot_own_evidence(),
            Hindrance::OwnDebt => self.obligation_cannot_own_debt(),
            Hindrance::TooManyObligations => self.obligation_cannot_many(),
            Hindrance::HasRenewal => self.renewal_cannot_twice(),
        }
    }
}
