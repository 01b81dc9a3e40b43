//! The list of mails and a mail's page, for administrators.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, PAGE, ResendMail, TestMail};
use super::filter::{MailFilter, State};
use super::store::{self, Mail, MailLine};
use super::url;
use crate::backend::context::Visit;
use crate::backend::link;
use crate::backend::outbox::TOO_OLD;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::notification::Kind;
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

const PATH: &str = "/admin/mail";

fn state_text(state: State, t: &'static Texts) -> &'static str {
    match state {
        State::Waiting => t.mails_state_waiting(),
        State::Sent => t.mails_state_sent(),
        State::Dead => t.mails_state_dead(),
    }
}

fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Waiting => "badge info",
        State::Sent => "badge good",
        State::Dead => "badge danger",
    };
    view! { <span class=class>{state_text(state, t)}</span> }.into_any()
}

fn kind_text(kind: &str, t: &'static Texts) -> String {
    match kind {
        "company.manager" => t.mails_kind_manager(),
        "company.former_manager" => t.mails_kind_former_manager(),
        "company.proposal" => t.proposal_mail(),
        "mail.test" => t.mails_kind_test(),
        security if security.starts_with("security.") => t.security_mail_kind(),
        "erasure.asked" => t.erasure_kind_asked(),
        "erasure.declined" => t.erasure_kind_declined(),
        "erasure.done" => t.erasure_kind_done(),
        "join.confirm" => t.joining_mail_confirm(),
        "join.known" => t.joining_mail_known(),
        "join.waits_already" => t.joining_mail_waiting(),
        "join.accepted" => t.joining_mail_accepted(),
        "join.declined" => t.joining_mail_declined(),
        "invitation" => t.joining_mail_invitation(),
        "password.reset" => t.joining_mail_reset(),
        "password.nobody" => t.joining_mail_nobody(),
        "password.changed" => t.joining_mail_changed(),
        "company.unattended" => t.affiliation_mail_unattended(),
        "affiliation.added" | "affiliation.changed" => t.affiliation_mail_changed(),
        "affiliation.ended" | "affiliation.succeeded" => t.affiliation_mail_ended(),
        "mailbox.confirm" => t.mailbox_mail(),
        "account.factors_removed" => t.users_mail_factors(),
        "account.suspended" => t.users_letter_suspended(),
        "account.reinstated" => t.users_letter_reinstated(),
        "account.role_changed" => t.users_letter_role(),
        crate::message::letters::MAILBOX => t.message_mail_mailbox(),
        "signing.asked" => t.signing_mail_asked(),
        "signing.reminded" => t.signing_mail_reminded(),
        "signing.code" => t.signing_mail_code(),
        "signing.done" | "signing.voided" => t.signing_mail_ended(),
        "notification.daily" => t.notice_mail_daily_kind(),
        other => Kind::from_code(other)
            .map(|kind| kind.title(t))
            .or_else(|| crate::enquiry::letters::kind_text(other, t))
            .unwrap_or(other),
    }
    .to_owned()
}

/// Says so where no mail leaves the portal.
fn kept_notice(sends: bool, t: &'static Texts) -> Option<AnyView> {
    (!sends).then(|| {
        view! {
            <div class="notice attention"><Icon name="alert-triangle" /><p>{t.mails_kept()}</p></div>
        }
        .into_any()
    })
}

/// `/admin/mail`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = MailFilter::from_query(&at.query);
    let found = api::list_mails(&visit, &filter).await?;
    let language = visit.language;
    let sends = visit.backend.settings.sends_mail;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().mails_title(), move |t| {
        let query = filter.query();
        let chips = chips(&filter, t);
        let filtered = !chips.is_empty();
        let states =
            State::ALL.into_iter().map(|state| (state.code().to_owned(), state_text(state, t).to_owned())).collect();
        let rows = found.mails.iter().map(|line| row(line, t, language)).collect_view();
        let body = if found.mails.is_empty() {
            no_rows(found.count, view! {
                <div class="empty">
                    <h2>{if filtered { t.mails_none_found() } else { t.mails_none() }}</h2>
                    <p>{if filtered { t.mails_none_found_next() } else { t.mails_none_next() }}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any())
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.mails_subject()}</th><th scope="col">{t.mails_receiver()}</th>
                        <th scope="col">{t.mails_state()}</th><th scope="col" class="num">{t.mails_attempts()}</th>
                        <th scope="col">{t.mails_created()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <h1>{t.mails_title()}</h1>
                <div class="actions">
                    <form method="post" action=TestMail::PATH>
                        <button class="button primary"><Icon name="mail" />{t.mails_test()}</button>
                    </form>
                </div>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            <ErrorSummary form=FormState::new(t, refused.as_ref(), TestMail::PATH) labels=Vec::new() />
            {kept_notice(sends, t)}
            <form class="filters" method="get" action=PATH>
                <input type="search" name="q" aria-label=t.mails_search() placeholder=t.mails_search()
                    value=filter.receiver.clone() />
                <FilterSelect name="state" label=t.mails_state() any=t.mails_any_state() options=states
                    chosen=filter.state.map_or("", State::code).to_owned() />
                <button class="button">{t.list_apply()}</button>
            </form>
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.mails_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Mail).actor(found.actor))
}

fn chips(filter: &MailFilter, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.receiver.is_empty() {
        chip("q", t.mails_receiver(), &filter.receiver);
    }
    if let Some(state) = filter.state {
        chip("state", t.mails_state(), state_text(state, t));
    }
    chips
}

fn row(line: &MailLine, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let second = line.name.clone().map(|_| view! { <span class="second">{line.address.clone()}</span> });
    view! {
        <tr>
            <th scope="row">
                <a class="row-link" href=url(line.id)>{line.subject.clone()}</a>
                <span class="second">{kind_text(&line.kind, t)}</span>
            </th>
            <td>{line.name.as_deref().map_or_else(|| line.address.clone(), |name| shown_name(name, t))}{second}</td>
            <td class="status">{state_badge(store::state(line.sent_at, line.dead_at), t)}</td>
            <td class="num" data-label=t.mails_attempts()>{number(line.attempts)}</td>
            <td class="date" data-label=t.mails_created()><Moment at=Timestamp(line.created_at) language=language /></td>
        </tr>
    }
}

/// `/admin/mail/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let (actor, mail) = api::read_mail(&visit, at.id()).await?;
    let language = visit.language;
    let sends = visit.backend.settings.sends_mail;
    let refused = visit.refused.clone();
    let page = Page::new(mail.subject.clone(), move |t| {
        let state = store::state(mail.sent_at, mail.dead_at);
        let said = !mail.body_text.is_empty();
        let resend = (state == State::Dead && said).then(|| {
            view! {
                <div class="actions"><form method="post" action=ResendMail::PATH>
                    <input type="hidden" name="id" value=mail.id.to_string() />
                    <button class="button primary"><Icon name="mail" />{t.mails_resend()}</button>
                </form></div>
            }
        });
        // A link that does something is its receiver's alone. Without a mail server it is read here, or nowhere.
        let shown = |text: &str| if sends { link::masked(text) } else { text.to_owned() };
        let lang = Language::from_code(&mail.language).unwrap_or_default().tag();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.mails_title()}</a></p>
                <h1 lang=lang>{mail.subject.clone()}</h1>
                {resend}
                <p class="subtitle">{kind_text(&mail.kind, t)}</p>
                {state_badge(state, t)}
            </header>
            <ErrorSummary form=FormState::new(t, refused.as_ref(), ResendMail::PATH) labels=Vec::new() />
            {(state == State::Waiting).then(|| kept_notice(sends, t)).flatten()}
            <div class="detail">
                <div class="detail-main">
                    {(!said).then(|| view! { <div class="notice info"><p>{t.retention_mail_blank()}</p></div> })}
                    {said.then(|| view! { <section class="panel">
                        <h2>{t.mails_text()}</h2>
                        <pre class="source" lang=lang>{shown(&mail.body_text)}</pre>
                    </section>
                    <section class="panel">
                        <h2>{t.mails_html()}</h2>
                        <p class="hint">{t.mails_html_hint()}</p>
                        <details>
                            <summary>{t.mails_html_show()}</summary>
                            <pre class="source">{shown(&mail.body_html)}</pre>
                        </details>
                    </section> })}
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.mails_facts()}</h2>{facts(&mail, state, sends, t, language)}</section>
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Mail).actor(actor))
}

fn facts(mail: &Mail, state: State, sends: bool, t: &'static Texts, language: Language) -> AnyView {
    let moment = |at: i64| view! { <Moment at=Timestamp(at) language=language /> }.into_any();
    let name = mail.name.as_deref().map(|name| view! { {shown_name(name, t)}<br /> });
    let receiver = view! { {name}{mail.address.clone()} }.into_any();
    let mut rows: Vec<(&'static str, AnyView)> =
        vec![(t.mails_receiver(), receiver), (t.mails_created(), moment(mail.created_at))];
    if let Some(at) = mail.sent_at {
        rows.push((t.mails_sent_at(), moment(at)));
    }
    if let Some(at) = mail.dead_at {
        rows.push((t.mails_dead_at(), moment(at)));
    }
    if state == State::Waiting && sends {
        rows.push((t.mails_due_at(), moment(mail.due_at)));
    }
    rows.push((t.mails_attempts(), number(mail.attempts).into_any()));
    if !mail.answer.is_empty() {
        // That it waited for too long was said by the portal, not by a mail server.
        rows.push(if mail.answer == TOO_OLD {
            (t.mails_not_sent(), t.mails_too_old().into_any())
        } else {
            (t.mails_answer(), mail.answer.clone().into_any())
        });
    }
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
}
