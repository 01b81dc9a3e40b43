//! How the journal's entries about security read.

use super::model::Shown;
use super::requirement::roles_from;
use crate::language::Texts;

/// Every action that the journal knows of.
pub const ACTIONS: [&str; 19] = [
    "account.calendar_made",
    "account.calendar_ended",
    "account.confirmed",
    "account.edited",
    "account.password_changed",
    "account.address_asked",
    "account.address_changed",
    "account.authenticator_begun",
    "account.authenticator_added",
    "account.authenticator_removed",
    "account.recovery_codes_made",
    "account.passkey_added",
    "account.passkey_removed",
    "account.passkey_copied",
    "account.factors_removed",
    "account.session_ended",
    "account.sessions_ended",
    "account.sign_in_stopped",
    "settings.second_factor",
];

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match action {
        "account.calendar_made" => t.feed_did_make(),
        "account.calendar_ended" => t.feed_did_end(),
        "account.confirmed" => t.security_event_confirmed(),
        "account.edited" => t.security_event_edited(),
        "account.password_changed" => t.security_event_password_changed(),
        "account.address_asked" => t.security_event_address_asked(),
        "account.address_changed" => t.security_event_address_changed(),
        "account.authenticator_begun" => t.security_event_authenticator_begun(),
        "account.authenticator_added" => t.security_event_authenticator_added(),
        "account.authenticator_removed" => t.security_event_authenticator_removed(),
        "account.recovery_codes_made" => t.security_event_recovery_codes_made(),
        "account.passkey_added" => t.security_event_passkey_added(),
        "account.passkey_removed" => t.security_event_passkey_removed(),
        "account.passkey_copied" => t.security_event_passkey_copied(),
        "account.factors_removed" => t.security_event_factors_removed(),
        "account.session_ended" => t.security_event_session_ended(),
        "account.sessions_ended" => t.security_event_sessions_ended(),
        "account.sign_in_stopped" => t.security_event_sign_in_stopped(),
        "settings.second_factor" => t.security_event_requirement(),
        _ => return None,
    })
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match field {
        "factor" => t.security_field_factor(),
        "passkey" => t.security_field_passkey(),
        "device" => t.security_field_device(),
        "name" => t.security_name(),
        "email" => t.sign_in_email(),
        "language" => t.shell_language(),
        "required" => t.security_field_required(),
        _ => return None,
    })
}

/// A value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> Option<String> {
    match field {
        "factor" => Shown::from_code(value).map(|shown| t.shown(shown).to_owned()),
        "required" => {
            let roles: Vec<_> = roles_from(value).into_iter().map(|role| t.role(role)).collect();
            Some(if roles.is_empty() { t.security_nobody().to_owned() } else { roles.join(t.form_comma()) })
        }
        _ => None,
    }
}

impl Texts {
    pub fn shown(&self, shown: Shown) -> &'static str {
        match shown {
            Shown::Password => self.security_shown_password(),
            Shown::Authenticator => self.security_shown_authenticator(),
            Shown::RecoveryCode => self.security_shown_recovery_code(),
            Shown::Passkey => self.security_shown_passkey(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_action_has_its_words() {
        for action in ACTIONS {
            for language in [Language::En, Language::Zh] {
                assert!(event_text(action, language.texts()).is_some(), "{action}");
            }
        }
    }
}
