//! `/account/security`: what stands between an account and everybody else; and `/account/second-factor`, the one page that is
//! open to who has to set one up first.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::authenticator::BeginAuthenticator;
use super::device::Device;
use super::model::Factors;
use super::recovery::MakeRecoveryCodes;
use super::sessions::{self, EndOtherSessions, EndSession, OwnSession};
use super::{entry, requirement, store, webauthn};
use crate::account::api::SignOut;
use crate::backend::context::{Visit, own_path};
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::ui::query::Query;
use crate::web::page::{At, Page};

/// `/account/security`
pub async fn page(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    entry::oneself(&ctx.actor)?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let factors = store::factors(&mut ctx.tx, person.id).await?;
    let required = requirement::is_required(&mut ctx.tx, ctx.actor.role).await?;
    let sessions = sessions::of(&mut ctx.tx, person.id, ctx.now).await?;
    let language = visit.language;
    let this = visit.session.clone().unwrap_or_default();
    let done = at.query.get("done").to_owned();
    let possible = webauthn::are_possible(&visit.backend.settings);
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().security_title(), move |t| {
        let said = match done.as_str() {
            "password" => t.security_done_password(),
            "address" => t.security_done_address(),
            "address-changed" => t.security_done_address_changed(),
            _ => "",
        };
        let summary = |endpoint| {
            view! { <ErrorSummary form=FormState::new(t, refused.as_ref(), endpoint) labels=Vec::new() /> }
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/account">{t.security_account()}</a></p>
                <h1>{t.security_title()}</h1>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            {(!said.is_empty()).then(|| view! { <div class="notice good"><Icon name="check-circle" /><p>{said}</p></div> })}
            {summary(BeginAuthenticator::PATH)}
            {summary(MakeRecoveryCodes::PATH)}
            {summary(EndSession::PATH)}
            <section class="panel">
                <h2>{t.security_in()}</h2>
                <dl class="facts">
                    <dt>{t.sign_in_email()}</dt>
                    <dd>{person.email.clone()}" "<a href="/account/address">{t.security_change()}</a></dd>
                    <dt>{t.sign_in_password()}</dt>
                    <dd><a href="/account/password">{t.security_password_title()}</a></dd>
                </dl>
            </section>
            <section class="panel">
                <h2>{t.security_factors()}</h2>
                <p>{if required { t.security_factors_required() } else { t.security_factors_explained() }}</p>
                {factor_facts(&factors, possible, language, t)}
            </section>
            {session_panel(&sessions, &this, language, t)}
        }
        .into_any()
    });
    Ok(page.actor(ctx.actor))
}

fn badge(on: bool, t: &'static Texts) -> AnyView {
    let (class, text) = if on { ("badge good", t.security_on()) } else { ("badge", t.security_off()) };
    view! { <span class=class>{text}</span> }.into_any()
}

fn factor_facts(factors: &Factors, possible: bool, language: Language, t: &'static Texts) -> AnyView {
    let app = match factors.authenticator {
        Some(at) => view! {
            {badge(true, t)}" "{t.security_since()}" "<Moment at=Timestamp(at) language=language day_only=true />" "
            <a href="/account/security/authenticator">{t.security_app_off()}</a>
        }
        .into_any(),
        None => view! {
            {badge(false, t)}" "<a href="/account/security/authenticator">{t.security_app_begin()}</a>
        }
        .into_any(),
    };
    let keys = if factors.passkeys > 0 { t.security_passkeys_count(number(factors.passkeys)) } else { String::new() };
    let manage = if factors.passkeys > 0 { t.security_passkeys_manage() } else { t.security_passkey_add() };
    let passkeys = (possible || factors.passkeys > 0).then(|| {
        view! {
            <dt>{t.security_passkeys()}</dt>
            <dd>{badge(factors.passkeys > 0, t)}" "{keys}" "<a href="/account/security/passkeys">{manage}</a></dd>
        }
    });
    let codes = factors.any().then(|| {
        let class = if factors.recovery_codes < 3 { "badge attention" } else { "badge" };
        view! {
            <dt>{t.security_codes_title()}</dt>
            <dd>
                <span class=class>{t.security_codes_left(number(factors.recovery_codes))}</span>" "
                <a href="/account/security/codes">{t.security_codes_make()}</a>
            </dd>
        }
    });
    view! { <dl class="facts"><dt>{t.security_app()}</dt><dd>{app}</dd>{passkeys}{codes}</dl> }.into_any()
}

fn session_panel(sessions: &[OwnSession], this: &str, language: Language, t: &'static Texts) -> AnyView {
    let rows = sessions
        .iter()
        .map(|session| {
            let device = Device::of(&session.agent).words(t);
            let here = session.token_hash == this;
            let end = session.id.map(|id| {
                view! {
                    <form method="post" action=EndSession::PATH>
                        <input type="hidden" name="id" value=id.to_string() />
                        <button class="button quiet small">
                            {t.security_session_end()}<span class="visually-hidden">" "{device.clone()}</span>
                        </button>
                    </form>
                }
            });
            view! {
                <tr>
                    <th scope="row">{device.clone()}" "
                        {here.then(|| view! { <span class="badge info">{t.security_session_this()}</span> })}
                        <span class="second">{session.address.clone()}</span></th>
                    <td class="date" data-label=t.security_session_started()>
                        <Moment at=Timestamp(session.created_at) language=language /></td>
                    <td class="date" data-label=t.security_session_used()>
                        <Moment at=Timestamp(session.seen_at) language=language /></td>
                    <td>{end}</td>
                </tr>
            }
        })
        .collect_view();
    let others = (sessions.len() > 1).then(|| {
        view! {
            <form method="post" action=EndOtherSessions::PATH>
                <button class="button">{t.security_sessions_end()}</button>
            </form>
        }
    });
    view! {
        <section class="panel" id="sessions">
            <header><h2>{t.security_sessions()}</h2>{others}</header>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.security_session_device()}</th><th scope="col">{t.security_session_started()}</th>
                    <th scope="col">{t.security_session_used()}</th>
                    <th scope="col"><span class="visually-hidden">{t.security_session_end()}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <p class="hint">{t.security_sessions_hint()}</p>
        </section>
    }
    .into_any()
}

/// `/account/second-factor`
pub async fn first(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    let has = store::factors(&mut ctx.tx, ctx.actor.id).await?.any();
    let possible = webauthn::are_possible(&visit.backend.settings);
    let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().security_first_title(), move |t| {
        if has {
            let on = if next.is_empty() { "/account/security".to_owned() } else { next };
            return view! {
                <section class="problem">
                    <h1>{t.security_first_done()}</h1>
                    <div class="actions"><a class="button primary" href=on>{t.security_first_on()}</a></div>
                </section>
            }
            .into_any();
        }
        let passkeys = Query::default().with("next", &next).url("/account/security/passkeys");
        view! {
            <section class="problem">
                <h1>{t.security_first_title()}</h1>
                <ErrorSummary form=FormState::new(t, refused.as_ref(), BeginAuthenticator::PATH) labels=Vec::new() />
                <p>{t.security_first_explained()}</p>
                {possible.then(|| view! { <p>{t.security_first_how()}</p> })}
                <div class="actions">
                    <form method="post" action=BeginAuthenticator::PATH>
                        <input type="hidden" name="next" value=next />
                        <button class="button primary">{t.security_app_begin()}</button>
                    </form>
                    {possible.then(|| view! { <a class="button" href=passkeys>{t.security_passkey_add()}</a> })}
                    <form method="post" action=SignOut::PATH><button class="button quiet">{t.sign_out_button()}</button></form>
                </div>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(ctx.actor))
}
