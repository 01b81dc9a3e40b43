//! `/admin/erasures`, where requests are decided, and `/admin/retention`, for how long things are kept.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, DeclineErasure, ErasePerson, LISTED, SetRetention};
use super::events::rule_label;
use super::model::{Rule, shown_name};
use super::pages::left_notice;
use super::store::{Request, Unused};
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const ERASURES: &str = "/admin/erasures";
pub const RETENTION: &str = "/admin/retention";

fn role_text(role: &str, t: &'static Texts) -> &'static str {
    Role::from_code(role).map_or("", |role| t.role(role))
}

fn badge(request: &Request, t: &'static Texts) -> AnyView {
    let (class, text) = match (request.decided_at, request.decline_reason.is_empty()) {
        (None, _) => ("badge attention", t.erasure_state_waiting()),
        (Some(_), true) => ("badge good", t.erasure_state_done()),
        (Some(_), false) => ("badge", t.erasure_state_declined()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

/// `/admin/erasures`
pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let (actor, requests) = api::list_requests(&visit).await?;
    let language = visit.language;
    let page = Page::new(visit.texts().erasure_requests(), move |t| {
        let rows = requests.iter().map(|request| row(request, t, language)).collect_view();
        let body = if requests.is_empty() {
            view! { <div class="empty"><h2>{t.erasure_none()}</h2><p>{t.erasure_none_next()}</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.users_name()}</th><th scope="col">{t.users_role()}</th>
                        <th scope="col">{t.erasure_state()}</th><th scope="col">{t.erasure_asked()}</th>
                        <th scope="col">{t.erasure_decided()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <h1>{t.erasure_requests()}</h1>
                <div class="actions"><a class="button" href=RETENTION><Icon name="clock" />{t.retention_title()}</a></div>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Privacy).actor(actor))
}

fn row(request: &Request, t: &'static Texts, language: Language) -> AnyView {
    let decided = request.decided_at.map(|at| {
        let by = request.decided_by.as_deref().map(|name| shown_name(name, t));
        view! { <Moment at=Timestamp(at) language=language /><span class="second">{by}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                <a class="row-link" href=format!("{ERASURES}/{}", request.id)>{shown_name(&request.name, t)}</a>
                <span class="second">{request.email.clone()}</span>
            </th>
            <td data-label=t.users_role()>{role_text(&request.role, t)}</td>
            <td class="status">{badge(request, t)}</td>
            <td class="date" data-label=t.erasure_asked()><Moment at=Timestamp(request.asked_at) language=language /></td>
            <td class="date" data-label=t.erasure_decided()>{decided}</td>
        </tr>
    }
    .into_any()
}

/// `/admin/erasures/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_request(&visit, at.id()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let title = visit.texts().erasure_request_of(shown_name(&read.request.name, visit.texts()));
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let request = &read.request;
        let erase = FormState::new(t, refused.as_ref(), ErasePerson::PATH);
        let decline = FormState::new(t, refused.as_ref(), DeclineErasure::PATH);
        let reason = (!request.reason.is_empty()).then(|| {
            view! { <div><dt>{t.erasure_reason()}</dt><dd>{request.reason.clone()}</dd></div> }
        });
        let declined = (!request.decline_reason.is_empty()).then(|| {
            view! { <div><dt>{t.erasure_decline_reason()}</dt><dd>{request.decline_reason.clone()}</dd></div> }
        });
        let managed = (read.managed > 0).then(|| {
            view! { <div class="notice info"><p>{t.erasure_managed(read.managed)}</p></div> }
        });
        let forms = request.decided_at.is_none().then(|| {
            view! {
                <section class="panel">
                    <h2>{t.erasure_erase()}</h2>
                    <div class="prose"><p>{t.erasure_goes()}</p><p>{t.erasure_stays()}</p></div>
                    {left_notice(&read.left, t, language)}
                    {managed}
                    {if read.is_last_administrator {
                        view! { <div class="notice attention"><p>{t.erasure_last_administrator()}</p></div> }.into_any()
                    } else {
                        view! {
                            <form class="form" method="post" action=ErasePerson::PATH>
                                <ErrorSummary form=erase labels=Vec::new() />
                                <input type="hidden" name="id" value=request.id.to_string() />
                                <div class="form-actions">
                                    <button class="button danger">{t.erasure_erase_person(&request.name)}</button>
                                </div>
                            </form>
                        }
                        .into_any()
                    }}
                </section>
                <section class="panel">
                    <h2>{t.erasure_decline()}</h2>
                    <form class="form" method="post" action=DeclineErasure::PATH>
                        <ErrorSummary form=decline.clone() labels=vec![("reason", t.erasure_decline_reason())] />
                        <input type="hidden" name="id" value=request.id.to_string() />
                        <TextArea form=decline name="reason" label=t.erasure_decline_reason() value=""
                            hint=t.erasure_decline_hint() />
                        <div class="form-actions"><button class="button">{t.erasure_decline()}</button></div>
                    </form>
                </section>
            }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=ERASURES>{t.erasure_requests()}</a></p>
                <h1>{heading}</h1>
                {badge(request, t)}
            </header>
            <dl class="facts">
                <div><dt>{t.users_role()}</dt><dd>{role_text(&request.role, t)}</dd></div>
                {(!request.email.is_empty()).then(|| view! { <div><dt>{t.sign_in_email()}</dt><dd>{request.email.clone()}</dd></div> })}
                <div><dt>{t.erasure_asked()}</dt><dd><Moment at=Timestamp(request.asked_at) language=language /></dd></div>
                {reason}
                {request.decided_at.map(|at| view! {
                    <div><dt>{t.erasure_decided()}</dt><dd><Moment at=Timestamp(at) language=language /></dd></div>
                })}
                {declined}
            </dl>
            {forms}
        }
        .into_any()
    });
    Ok(page.section(Section::Privacy).actor(actor))
}

/// `/admin/retention`
pub async fn retention(visit: Visit, _: At) -> Result<Page> {
    let read = api::retention_page(&visit).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().retention_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), SetRetention::PATH);
        let conflict = matches!(form.error(), Some(Error::Conflict));
        // After somebody else was faster the form starts from what stands there now, which is said beside each field.
        let stored = read.version.to_string();
        let version = if conflict { stored } else { form.value("version", &stored) };
        let fields = Rule::ALL.into_iter().map(|rule| field(rule, read.days.of(rule), &form, t)).collect_view();
        let labels = Rule::ALL.into_iter().map(|rule| (rule.code(), rule_label(rule, t))).collect::<Vec<_>>();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=ERASURES>{t.erasure_requests()}</a></p>
                <h1>{t.retention_title()}</h1>
                <p class="subtitle">{t.retention_intro()}</p>
            </header>
            <form class="form" method="post" action=SetRetention::PATH>
                <ErrorSummary form=form.clone() labels=labels />
                <input type="hidden" name="version" value=version />
                {fields}
                <div class="form-actions"><button class="button primary">{t.retention_save()}</button></div>
            </form>
            {unused(&read.unused, read.unused_count, read.days.of(Rule::Inactive), t, language)}
        }
        .into_any()
    });
    Ok(page.section(Section::Privacy).actor(actor))
}

fn field(rule: Rule, days: u32, form: &FormState, t: &'static Texts) -> AnyView {
    let name = rule.code();
    let problem = form.problem(name);
    let hidden = problem.is_none();
    let (least, most) = rule.bounds();
    let hint = match rule {
        Rule::Attempts => t.retention_attempts_hint(),
        Rule::Sessions => t.retention_sessions_hint(),
        Rule::MailBodies => t.retention_mail_bodies_hint(),
        Rule::Mails => t.retention_mails_hint(),
        Rule::Notifications => t.retention_notifications_hint(),
        Rule::Requests => t.retention_requests_hint(),
        Rule::Enquiries => t.retention_enquiries_hint(),
        Rule::Addresses => t.retention_addresses_hint(),
        Rule::Documents => t.retention_documents_hint(),
        Rule::Imports => t.retention_imports_hint(),
        Rule::Inactive => t.retention_inactive_hint(),
    };
    view! {
        <div class=if hidden { "field" } else { "field invalid" }>
            <label for=name>{rule_label(rule, t)}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}" "{t.retention_now(days, least, most)}</p>
            <p class="error" id=format!("{name}-error") hidden=hidden><Icon name="alert-triangle" /><span>{problem.clone()}</span></p>
            <input type="number" inputmode="numeric" id=name name=name value=form.value(name, &days.to_string())
                min=least.to_string() max=most.to_string() required class="days"
                aria-invalid=problem.is_some().then_some("true") aria-describedby=format!("{name}-hint {name}-error") />
        </div>
    }
    .into_any()
}

/// The accounts that nobody used for long: to be looked at, nothing is deleted by itself.
fn unused(unused: &[Unused], count: i64, days: u32, t: &'static Texts, language: Language) -> Option<AnyView> {
    if unused.is_empty() {
        return None;
    }
    let more = (count > LISTED).then(|| view! { <p class="hint">{t.admin_newest(number(LISTED), number(count))}</p> });
    let rows = unused
        .iter()
        .map(|account| {
            let used = match account.used_at {
                0 => t.users_never().into_any(),
                at => view! { <Moment at=Timestamp(at) language=language /> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{account.name.clone()}<span class="second">{account.email.clone()}</span></th>
                    <td data-label=t.users_role()>{role_text(&account.role, t)}</td>
                    <td class="date" data-label=t.users_seen()>{used}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="panel" id="unused">
                <h2>{t.retention_unused(number(count), days)}</h2>
                {more}
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.users_name()}</th><th scope="col">{t.users_role()}</th>
                        <th scope="col">{t.users_seen()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}
