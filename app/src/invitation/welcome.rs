//! `/invitation/{token}`: who invites, to what, and how one accepts. Opening it changes nothing.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::accept::{self, AcceptInvitation, JoinCompany};
use super::model::Sent;
use crate::account::api::SignOut;
use crate::account::store::Known;
use crate::actor::{Actor, Role};
use crate::backend::context::Visit;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::ui::new_password::NewPassword;
use crate::ui::query::encode;
use crate::web::page::{At, Page, dead_link};

/// What the visitor can do with the invitation.
enum Way {
    /// Make an account.
    New,
    /// Sign in to the account that the address has.
    SignIn,
    /// Sign out first: somebody else is signed in.
    SignOut,
    /// Press a button.
    Accept,
    /// Nothing: the account works for the zone, or the invitation is to work for it.
    None,
}

fn way(sent: &Sent, actor: Option<&Actor>, account: Option<&Known>) -> Way {
    match (account, actor) {
        (None, None) => Way::New,
        (None, Some(_)) => Way::SignOut,
        (Some(_), None) => Way::SignIn,
        (Some(account), Some(actor)) if account.id != actor.id => Way::SignOut,
        (Some(account), Some(_)) => {
            let both = account.role() == Role::Representative && sent.invitation.role == Role::Representative;
            if both { Way::Accept } else { Way::None }
        }
    }
}

/// `/invitation/{token}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let token = at.token().to_owned();
    let (sent, actor, account) = match accept::read_invitation(&visit, &token).await {
        Err(Error::Refused(Refusal::DeadLink)) => {
            return dead_link(&visit, visit.texts().invitation_dead_next(), None).await;
        }
        other => other?,
    };
    let language = visit.language;
    let refused = visit.refused.clone();
    let company = language.prefer(&sent.company_en, &sent.company_zh).to_owned();
    let title = if company.is_empty() {
        visit.texts().invitation_welcome_zone(visit.texts().shell_name())
    } else {
        visit.texts().invitation_welcome_company(&company)
    };
    let way = way(&sent, actor.as_ref(), account.as_ref());
    let name_of_actor = actor.as_ref().map(|actor| actor.name.clone()).unwrap_or_default();
    let page = Page::new(title.clone(), move |t| {
        let invitation = &sent.invitation;
        let form = FormState::new(t, refused.as_ref(), AcceptInvitation::PATH);
        let join = FormState::new(t, refused.as_ref(), JoinCompany::PATH);
        let labels = vec![("name", t.joining_name()), ("password", t.password_new())];
        let meanwhile = matches!(form.error(), Some(Error::Conflict));
        let action = match way {
            Way::New => view! {
                <p>{t.invitation_new_explained()}</p>
                <form class="form" method="post" action=AcceptInvitation::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <input type="hidden" name="token" value=token />
                    <TextField form=form.clone() name="name" label=t.joining_name() value=invitation.name.clone()
                        autocomplete="name" />
                    <NewPassword form=form email=invitation.email.clone() />
                    <button class="button primary">{t.invitation_accept()}</button>
                </form>
            }
            .into_any(),
            Way::SignIn => {
                let url = format!("/sign-in?next={}", encode(&format!("/invitation/{token}")));
                view! {
                    <p>{if meanwhile { t.invitation_meanwhile() } else { t.invitation_sign_in_explained() }}</p>
                    <div class="actions"><a class="button primary" href=url>{t.sign_in_button()}</a></div>
                }
                .into_any()
            }
            Way::SignOut => view! {
                <div class="notice attention"><Icon name="alert-triangle" />
                    <p>{t.invitation_other_account(name_of_actor, &invitation.email)}</p></div>
                <form class="form" method="post" action=SignOut::PATH><button class="button">{t.sign_out_button()}</button></form>
            }
            .into_any(),
            Way::Accept => view! {
                <form class="form" method="post" action=JoinCompany::PATH>
                    <ErrorSummary form=join labels=Vec::new() />
                    <input type="hidden" name="token" value=token />
                    <button class="button primary">{t.invitation_accept()}</button>
                </form>
            }
            .into_any(),
            Way::None => view! {
                <div class="notice attention"><Icon name="alert-triangle" /><p>{t.joining_problem_other_role()}</p></div>
            }
            .into_any(),
        };
        view! {
            <section class="sign-in join">
                <h1>{title}</h1>
                <p>{t.invitation_by(&sent.inviter)}</p>
                {facts(&sent, company, t, language)}
                {action}
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

fn facts(sent: &Sent, company: String, t: &'static Texts, language: Language) -> AnyView {
    let invitation = &sent.invitation;
    let mut rows: Vec<(&'static str, AnyView)> = vec![(t.sign_in_email(), invitation.email.clone().into_any())];
    if !company.is_empty() {
        rows.push((t.joining_company(), company.into_any()));
    }
    match invitation.rights {
        Some(rights) => rows.push((t.joining_rights(), t.rights(rights).into_any())),
        None => rows.push((t.invitation_role(), t.role(invitation.role).into_any())),
    }
    if !invitation.title.is_empty() {
        rows.push((t.invitation_title_field(), invitation.title.clone().into_any()));
    }
    let until = invitation.sent_at.plus(super::model::OPEN);
    rows.push((t.invitation_until(), view! { <Moment at=until language=language /> }.into_any()));
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}
