//! Signing in.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, SignIn};
use crate::actor::{Rights, Role};
use crate::backend::context::{Visit, own_path};
use crate::error::Result;
use crate::language::Texts;
use crate::security::passkeys::PasskeyForm;
use crate::security::second::SignInPasskey;
use crate::security::webauthn::{self, Purpose};
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::web::page::{At, Page};

/// The demonstration's accounts and their password, shown while demonstration data is loaded.
pub const DEMONSTRATION: [(&str, Role); 5] = [
    ("admin@demo.example", Role::Administrator),
    ("staff@demo.example", Role::Staff),
    ("executive@demo.example", Role::Executive),
    ("expert@demo.example", Role::Expert),
    ("rep@demo.example", Role::Representative),
];
pub const DEMONSTRATION_PASSWORD: &str = "hope-city-demo";

impl Texts {
    pub fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Administrator => self.role_administrator(),
            Role::Staff => self.role_staff(),
            Role::Executive => self.role_executive(),
            Role::Expert => self.role_expert(),
            Role::Representative => self.role_representative(),
        }
    }

    pub fn rights(&self, rights: Rights) -> &'static str {
        match rights {
            Rights::Viewer => self.rights_viewer(),
            Rights::Contributor => self.rights_contributor(),
            Rights::Manager => self.rights_manager(),
            Rights::Administrator => self.rights_administrator(),
        }
    }
}

/// `/sign-in`
pub async fn sign_in(visit: Visit, at: At) -> Result<Page> {
    let (demonstration, actor) = api::sign_in_page(&visit).await?;
    let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
    let asked = !next.is_empty();
    let password_set = at.query.get("done") == "password";
    let title = visit.texts().sign_in_title();
    let refused = visit.refused.clone();
    let passkeys = webauthn::are_possible(&visit.backend.settings);
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), SignIn::PATH);
        let passkey = FormState::new(t, refused.as_ref(), SignInPasskey::PATH);
        let by_passkey = passkeys.then(|| {
            view! {
                <ErrorSummary form=passkey.clone() labels=Vec::new() />
                <PasskeyForm form=passkey.clone() action=SignInPasskey::PATH purpose=Purpose::SignIn
                    label=t.security_sign_in_passkey() next=next.clone() />
            }
        });
        // Somebody who was asked to sign in is told why; after a failure the failure is what counts.
        let told = (asked && form.error().is_none()).then(|| {
            view! {
                <div class="notice info"><p>{t.sign_in_first()}</p></div>
            }
        });
        let done = (password_set && form.error().is_none()).then(|| {
            view! { <div class="notice good"><p>{t.password_done()}</p></div> }
        });
        let accounts = demonstration.then(|| {
            let rows = DEMONSTRATION
                .into_iter()
                .map(|(email, role)| {
                    let next = next.clone();
                    view! {
                        <tr>
                            <th scope="row">{t.role(role)}</th>
                            <td>{email}</td>
                            <td>
                                <form method="post" action=SignIn::PATH>
                                    <input type="hidden" name="email" value=email />
                                    <input type="hidden" name="password" value=DEMONSTRATION_PASSWORD />
                                    <input type="hidden" name="next" value=next />
                                    <button class="button small" aria-label=t.sign_in_as(t.role(role))>{t.sign_in_use()}</button>
                                </form>
                            </td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="demo-accounts">
                    <caption>{t.sign_in_demonstration(DEMONSTRATION_PASSWORD)}</caption>
                    <tbody>{rows}</tbody>
                </table>
            }
        });
        view! {
            <section class="sign-in">
                <h1>{t.sign_in_title()}</h1>
                <p>{t.sign_in_for_whom()}</p>
                {told}
                {done}
                <form class="form" method="post" action=SignIn::PATH>
                    <ErrorSummary form=form.clone()
                        labels=vec![("email", t.sign_in_email()), ("password", t.sign_in_password())] />
                    <input type="hidden" name="next" value=next.clone() />
                    <TextField form=form.clone() name="email" label=t.sign_in_email() value="" kind="email"
                        autocomplete="username" autofocus=true />
                    <TextField form=form name="password" label=t.sign_in_password() value="" kind="password"
                        autocomplete="current-password" />
                    <button class="button primary">{t.sign_in_button()}</button>
                </form>
                <p><a href="/password">{t.password_forgotten()}</a></p>
                <p>{t.joining_no_account()}" "<a href="/join">{t.joining_join_title()}</a></p>
                {by_passkey}
            </section>
            {accounts}
        }
        .into_any()
    });
    Ok(page.actor(actor))
}
