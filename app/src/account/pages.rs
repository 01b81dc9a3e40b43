//! Signing in, and the administrator's list of accounts.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, SignIn};
use crate::actor::Role;
use crate::backend::context::{Visit, own_path};
use crate::error::Result;
use crate::language::Texts;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

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
}

/// `/sign-in`
pub async fn sign_in(visit: Visit, at: At) -> Result<Page> {
    let (demonstration, actor) = api::sign_in_page(&visit).await?;
    let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
    let asked = !next.is_empty();
    let title = visit.texts().sign_in_title();
    let refused = visit.refused.clone();
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), SignIn::PATH);
        // Somebody who was asked to sign in is told why; after a failure the failure is what counts.
        let told = (asked && form.error().is_none()).then(|| {
            view! {
                <div class="notice info"><p>{t.sign_in_first()}</p></div>
            }
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
                <form class="form" method="post" action=SignIn::PATH>
                    <ErrorSummary form=form.clone()
                        labels=vec![("email", t.sign_in_email()), ("password", t.sign_in_password())] />
                    <input type="hidden" name="next" value=next />
                    <TextField form=form.clone() name="email" label=t.sign_in_email() value="" kind="email"
                        autocomplete="username" autofocus=true />
                    <TextField form=form name="password" label=t.sign_in_password() value="" kind="password"
                        autocomplete="current-password" />
                    <button class="button primary">{t.sign_in_button()}</button>
                </form>
            </section>
            {accounts}
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

const PATH: &str = "/admin/users";

/// Where an account stands in the list.
pub fn line_url(account: Uuid) -> String {
    format!("{PATH}#{}", line_id(account))
}

fn line_id(account: Uuid) -> String {
    format!("account-{account}")
}

/// `/admin/users`
pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let (actor, accounts) = api::list_accounts(&visit).await?;
    let language = visit.language;
    let page = Page::new(visit.texts().accounts_title(), move |t| {
        let count = t.accounts_count(accounts.len());
        let rows = accounts
            .into_iter()
            .map(|account| {
                let role = Role::from_code(&account.role).map_or("", |role| t.role(role));
                let seen = match account.seen_at {
                    Some(at) => view! { <Moment at=Timestamp(at) language=language /> }.into_any(),
                    None => t.accounts_never().into_any(),
                };
                view! {
                    <tr id=line_id(account.id)>
                        <th scope="row">{account.name}<span class="second">{account.email}</span></th>
                        <td data-label=t.accounts_role()>{role}</td>
                        <td data-label=t.accounts_company()>{account.companies}</td>
                        <td class="date" data-label=t.accounts_seen()>{seen}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <header class="page-head"><h1>{t.accounts_title()}</h1></header>
            <p class="count">{count}</p>
            <div class="table-wrap">
                <table class="list">
                    <thead><tr>
                        <th scope="col">{t.accounts_name()}</th>
                        <th scope="col">{t.accounts_role()}</th>
                        <th scope="col">{t.accounts_company()}</th>
                        <th scope="col">{t.accounts_seen()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="hint">{t.accounts_how_to_add()}</p>
        }
        .into_any()
    });
    Ok(page.section(Section::Accounts).actor(actor))
}
