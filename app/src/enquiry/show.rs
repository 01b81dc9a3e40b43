//! An enquiry's page: what was asked, what happens next and who has the ball, what was said and done.

mod forms;

use leptos::prelude::*;
use uuid::Uuid;

use super::api::{self, EnquiryPage};
use super::letters::language_name;
use super::matching::Why;
use super::model::{Action, Enquiry, State, url};
use super::pages::{PATH, clock_badge, state_badge, who};
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};
use crate::ui::moment::{Moment, Timeline};
use crate::web::page::{At, Page, Section};

/// `/enquiries/{id}`; `?do=answer` opens the form of a step.
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_enquiry(&visit, at.id()).await?;
    let language = visit.language;
    let asked = Action::from_code(at.query.get("do"));
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let title = read.enquiry.number.clone();
    let page = Page::new(title.clone(), move |t| {
        let enquiry = &read.enquiry;
        // A step that was refused is shown again, whatever the address says.
        let action = refused.as_deref().and_then(|post| forms::action_of(&post.endpoint)).or(asked);
        let usual = enquiry.state.next_action(enquiry.progress()).filter(|action| read.actions.contains(action));
        let shown = action.filter(|action| read.actions.contains(action)).or(usual);
        let lost = forms::lost(refused.as_ref(), shown, t);
        let step = shown.map(|action| forms::step(&read, action, refused.as_ref(), t, language));
        let high = (enquiry.priority != super::model::Priority::Normal).then(|| {
            let class = if enquiry.priority == super::model::Priority::High { "badge danger" } else { "badge neutral" };
            view! { <span class=class>{t.enquiry_priority_of(enquiry.priority)}</span> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.enquiries_title()}</a></p>
                <h1>{who(&enquiry.facts.name, &enquiry.facts.company, t)}</h1>
                <p class="number">{title}</p>
                {state_badge(enquiry.state, t)}{high}
            </header>
            {lost}
            <div class="detail">
                <div class="detail-main">
                    {message(enquiry, t)}
                    {step}
                    {said(&read, t, language)}
                    {timeline(&read, t, language)}
                </div>
                <aside class="detail-aside">
                    {next(&read, shown, t, language)}
                    <section class="panel"><h2>{t.enquiry_facts()}</h2>{facts(&read, t, language)}</section>
                    {candidates(&read, t, language)}
                    {others(&read, t, language)}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Enquiries).actor(actor))
}

/// Text of several lines, as it was written.
fn lines(text: &str) -> AnyView {
    let paragraphs = text.lines().filter(|line| !line.trim().is_empty());
    let paragraphs = paragraphs.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    view! { <div class="prose">{paragraphs}</div> }.into_any()
}

fn message(enquiry: &Enquiry, t: &'static Texts) -> AnyView {
    let body = if enquiry.forgotten {
        view! { <p class="hint">{t.enquiry_forgotten()}</p> }.into_any()
    } else {
        lines(&enquiry.facts.message)
    };
    view! {
        <section class="panel">
            <h2>{t.enquiry_message()}</h2>
            <div lang=enquiry.facts.language.tag()>{body}</div>
        </section>
    }
    .into_any()
}

/// What happens next, who has the ball, until when.
fn next(read: &EnquiryPage, shown: Option<Action>, t: &'static Texts, language: Language) -> AnyView {
    let enquiry = &read.enquiry;
    let what = match enquiry.state {
        State::Received => t.enquiry_next_received(),
        State::Acknowledged => t.enquiry_next_acknowledged(),
        State::Screened if enquiry.clocks.acknowledged_at.is_none() => t.enquiry_next_received(),
        State::Screened => t.enquiry_next_screened(),
        State::Assigned => t.enquiry_next_assigned(),
        State::Answered => t.enquiry_next_answered(),
        State::FollowedUp => t.enquiry_next_followed_up(),
        State::Converted => t.enquiry_next_converted(),
        State::Closed => t.enquiry_next_closed(),
    };
    let ball = (!enquiry.state.is_over()).then(|| {
        let name = enquiry.assignee_name.clone().unwrap_or_else(|| t.enquiry_ball_all().to_owned());
        let instead = enquiry.assigned_for.clone().map(|absent| format!(" ({})", t.enquiry_for(absent)));
        view! { <dt>{t.enquiry_ball()}</dt><dd>{name}{instead}</dd> }
    });
    let clocks = enquiry
        .clocks
        .running(enquiry.state)
        .into_iter()
        .map(|(clock, due)| {
            view! {
                <dt>{clock_badge(clock, due, &read.calendar, read.now, t)}</dt>
                <dd><Moment at=due language=language /></dd>
            }
        })
        .collect_view();
    let again = (!enquiry.next_on.is_empty() && !enquiry.state.is_over()).then(|| {
        view! { <dt>{t.enquiry_next_on()}</dt><dd>{date(&enquiry.next_on, language)}</dd> }
    });
    let reason = enquiry.close_reason.filter(|_| enquiry.state == State::Closed).map(|reason| {
        view! { <dt>{t.enquiry_close_reason()}</dt><dd>{t.enquiry_reason_of(reason)}</dd> }
    });
    let linked = |label: &'static str, id: Option<Uuid>, url: fn(Uuid) -> String| {
        let name = |id: &Uuid| read.names.get(id).cloned().unwrap_or_else(|| "…".to_owned());
        id.map(|id| view! { <dt>{label}</dt><dd><a href=url(id)>{name(&id)}</a></dd> })
    };
    let buttons = read
        .actions
        .iter()
        .filter(|action| **action != Action::Dismiss)
        .map(|action| {
            let current = (Some(*action) == shown).then_some("step");
            let href = format!("{}?do={}#step", enquiry.url(), action.code());
            view! { <a class="button small" href=href aria-current=current>{forms::action_text(*action, t)}</a> }
        })
        .collect_view();
    let any = !read.actions.is_empty();
    view! {
        <section class="panel next">
            <h2>{t.enquiry_what_next()}</h2>
            <p>{what}</p>
            <dl class="facts">
                {ball}{clocks}{again}{reason}
                {linked(t.enquiry_duplicate_of(), enquiry.duplicate_of, url)}
                {linked(t.enquiry_became(), enquiry.company_id, crate::company::model::url)}
            </dl>
            {any.then(|| view! { <div class="actions">{buttons}</div> })}
        </section>
    }
    .into_any()
}

fn facts(read: &EnquiryPage, t: &'static Texts, language: Language) -> AnyView {
    let enquiry = &read.enquiry;
    let facts = &enquiry.facts;
    let country = facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
    let mail = (!facts.email.is_empty()).then(|| {
        view! { <a href=format!("mailto:{}", crate::ui::query::encode(&facts.email).replace("%40", "@"))>{facts.email.clone()}</a> }
    });
    let moment = |at: Timestamp| view! { <Moment at=at language=language /> }.into_any();
    let mut rows: Vec<(&'static str, AnyView)> = vec![
        (t.enquiry_kind(), t.enquiry_kind_of(facts.kind).into_any()),
        (t.enquiry_name(), facts.name.clone().into_any()),
        (t.enquiry_company(), facts.company.clone().into_any()),
        (t.enquiry_country(), country.into_any()),
        (t.enquiry_email(), mail.into_any()),
        (t.enquiry_phone(), facts.phone.clone().into_any()),
        (t.enquiry_language(), language_name(facts.language).into_any()),
        (t.enquiry_channel(), t.enquiry_channel_of(enquiry.channel).into_any()),
        (t.enquiry_received(), moment(enquiry.received_at)),
    ];
    if let Some(name) = &enquiry.recorded_by {
        rows.push((t.enquiry_recorded_by(), name.clone().into_any()));
    }
    // Whether it was in time is told beside when it was done.
    for (label, at, due) in [
        (t.enquiry_acknowledged(), enquiry.clocks.acknowledged_at, enquiry.clocks.acknowledge_due),
        (t.enquiry_answered(), enquiry.clocks.answered_at, enquiry.clocks.answer_due),
    ] {
        if let Some(at) = at {
            let badge = if at <= due {
                view! { <span class="badge good">{t.enquiry_in_time()}</span> }
            } else {
                view! { <span class="badge danger">{t.enquiry_late()}</span> }
            };
            rows.push((label, view! { <Moment at=at language=language />" "{badge} }.into_any()));
        }
    }
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
}

/// Companies of the register that it may come from.
fn candidates(read: &EnquiryPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.candidates.is_empty() {
        return None;
    }
    let items = read
        .candidates
        .iter()
        .map(|candidate| {
            let name = language.prefer(&candidate.name_en, &candidate.name_zh).to_owned();
            let why = match candidate.why {
                Why::Domain => t.enquiry_why_domain(),
                Why::Name => t.enquiry_why_name(),
                Why::SimilarName => t.enquiry_why_similar(),
            };
            let manager = candidate.manager.and_then(|id| read.people.iter().find(|(other, _)| *other == id));
            let manager = manager.map(|(_, name)| format!(" · {name}"));
            view! {
                <li><a href=crate::company::model::url(candidate.id)>{name}</a><span class="second whole">{why}{manager}</span></li>
            }
        })
        .collect_view();
    Some(
        view! { <section class="panel"><h2>{t.enquiry_candidates()}</h2><ul class="plain">{items}</ul></section> }
            .into_any(),
    )
}

/// What the same address asked before.
fn others(read: &EnquiryPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.others.is_empty() {
        return None;
    }
    let items = read
        .others
        .iter()
        .map(|(id, number, at)| {
            view! { <li><a href=url(*id)>{number.clone()}</a>" · "<Moment at=Timestamp(*at) language=language day_only=true /></li> }
        })
        .collect_view();
    Some(
        view! { <section class="panel"><h2>{t.enquiry_others()}</h2><ul class="plain">{items}</ul></section> }
            .into_any(),
    )
}

/// What was said, to the person and among staff.
fn said(read: &EnquiryPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.messages.is_empty() {
        return None;
    }
    let items = read
        .messages
        .iter()
        .map(|message| {
            let what = match message.kind.as_str() {
                "acknowledgement" => t.enquiry_said_acknowledgement(),
                "answer" => t.enquiry_said_answer(),
                _ => t.enquiry_said_note(),
            };
            let how = (message.kind != "note").then(|| {
                let text =
                    if message.mail_id.is_some() { t.enquiry_said_by_mail() } else { t.enquiry_told_otherwise() };
                format!(" · {text}")
            });
            let body = if message.body.is_empty() { t.journal_erased().to_owned() } else { message.body.clone() };
            view! {
                <li>
                    <p><strong>{message.by.clone()}</strong>" · "{what}{how}</p>
                    <Moment at=Timestamp(message.at) language=language />
                    <blockquote>{lines(&body)}</blockquote>
                </li>
            }
        })
        .collect_view();
    Some(
        view! { <section class="panel"><h2>{t.enquiry_said()}</h2><ol class="timeline">{items}</ol></section> }
            .into_any(),
    )
}

fn timeline(read: &EnquiryPage, t: &'static Texts, language: Language) -> AnyView {
    let items = read
        .timeline
        .iter()
        .map(|event| crate::journal::entry::item_with(event, true, &read.people, &read.names, t, language))
        .collect();
    view! {
        <section class="panel">
            <h2>{t.company_timeline()}</h2>
            <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
        </section>
    }
    .into_any()
}
