//! An agreement's page: where it stands and what happens next, who the parties are, the text and what each says of it, what
//! is said, documents, and what happened.

mod documents;
mod forms;
pub(super) mod parts;
mod said;

use leptos::prelude::*;

use super::life::{self, State};
use super::links;
use super::model::{Agreement, Word, party_letter};
use super::pages::{PATH, state_badge};
use super::read::{self, AgreementPage};
use super::renewal::view;
use super::signing;
use super::store::Party;
use crate::access;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::icon::Icon;
use crate::ui::moment::Timeline;
use crate::web::page::{At, Page, Section};
use forms::Step;

/// `/agreements/{id}`; `?do=…` opens the form of a step.
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let (asked, party) = (at.query.get("do"), at.query.get("party"));
    let read = read::read_agreement(&visit, at.parameter("id"), asked, party, at.query.get("on")).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let query = at.query.clone();
    let step = Step::asked(&read, asked, at.query.get("to"), party);
    let title = read.agreement.title(language).to_owned();
    let page = Page::new(title.clone(), move |t| {
        let agreement = &read.agreement;
        let other = match language {
            Language::En => &agreement.facts.title_zh,
            Language::Zh => &agreement.facts.title_en,
        };
        let other = (!other.is_empty() && *other != title).then(|| view! { <p class="subtitle">{other.clone()}</p> });
        let expiring = agreement
            .is_expiring(read.now)
            .then(|| view! { <span class="badge attention">{t.agreement_expiring()}</span> });
        let private = (agreement.facts.private && agreement.shared_at.is_none())
            .then(|| view! { <span class="badge neutral">{t.agreement_private_badge()}</span> });
        let form = step.as_ref().map(|step| forms::form(&read, step, refused.as_ref(), t, language));
        let signing = signing::section::forms::form(&read, &query, refused.as_ref(), t, language);
        let lost = forms::lost(&read, &query, refused.as_ref(), step.as_ref(), t);
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.agreements_title()}</a></p>
                <h1>{title}</h1>
                <div class="actions">{primary(&read, t)}</div>
                {other}
                <p class="number">{agreement.number.clone()}" · "{t.agreement_kind_of(agreement.facts.kind)}</p>
                {state_badge(read.state, t)}{expiring}{private}
            </header>
            {read.line.flag(agreement, read.state, &read.actor, t)}
            {lost}
            <div class="detail">
                <div class="detail-main">
                    {form}{signing}
                    {summary(agreement, t, language)}
                    {parts::parties(&read, t, language)}
                    {parts::texts(&read, t, language)}
                    {parts::words(&read, t, language)}
                    {signing::section::draw(&read, t, language)}
                    {obligations(&read, t, language)}
                    {links::view::panel(agreement, &read.actor, &read.links, &read.linkable, refused.as_ref(), t, language)}
                    {line(&read, refused.as_ref(), t, language)}
                    {said::comments(&read, refused.as_ref(), t, language)}
                    {said::notes(&read, refused.as_ref(), t, language)}
                    {read.certificates.panel(agreement, &read.actor, t, language)}
                    {documents::documents(&read, step.as_ref(), refused.as_ref(), t, language)}
                    {timeline(&read, t, language)}
                </div>
                <aside class="detail-aside">
                    {next(&read, step.as_ref(), t)}
                    <section class="panel"><h2>{t.agreement_facts()}</h2>{facts(&read, t, language)}
                        {access::link(&read.actor, access::Kind::Agreement, agreement.id, t)}</section>
                    {super::readers::panel(&read, t, language)}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Agreements).actor(actor))
}

/// What a party is called in an agreement: Party A.
pub(super) fn called(place: usize, t: &'static Texts) -> String {
    t.agreement_party_of(party_letter(place, t.language))
}

/// The name of a party's company in the reader's language.
fn name(party: &Party, language: Language) -> String {
    language.prefer(&party.name_en, &party.name_zh).to_owned()
}

/// The one thing that this person does here most.
fn primary(read: &AgreementPage, t: &'static Texts) -> Option<AnyView> {
    let url = read.agreement.url();
    if read.actor.may_edit_agreements() {
        let edit = format!("{url}/edit");
        return Some(
            view! { <a class="button primary" href=edit><Icon name="pencil" />{t.agreement_edit()}</a> }.into_any(),
        );
    }
    if signing::section::is_asked_of(read) {
        return Some(view! { <a class="button primary" href=format!("{url}/sign")>{t.signing_sign()}</a> }.into_any());
    }
    let open = read.state == State::Negotiation && read.current().is_some();
    let waits = read.own().find(|party| read.words.iter().all(|given| given.party != party.id)).filter(|_| open)?;
    let href = format!("{url}?do=word&party={}#step", waits.id);
    Some(view! { <a class="button primary" href=href>{t.agreement_give_word()}</a> }.into_any())
}

/// Text of several lines, as it was written.
pub(super) fn lines(text: &str) -> AnyView {
    let paragraphs = text.lines().filter(|line| !line.trim().is_empty());
    let paragraphs = paragraphs.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    view! { <div class="prose">{paragraphs}</div> }.into_any()
}

fn summary(agreement: &Agreement, t: &'static Texts, language: Language) -> Option<AnyView> {
    let facts = &agreement.facts;
    let text = language.prefer(&facts.summary_en, &facts.summary_zh);
    (!text.is_empty())
        .then(|| view! { <section class="panel"><h2>{t.agreement_summary()}</h2>{lines(text)}</section> }.into_any())
}

/// Where it stands, who has the ball, and where it can be moved.
fn next(read: &AgreementPage, step: Option<&Step>, t: &'static Texts) -> AnyView {
    let what = match read.state {
        State::Draft => t.agreement_next_draft(),
        State::InternalReview => t.agreement_next_internal_review(),
        State::Negotiation => t.agreement_next_negotiation(),
        State::TextAgreed => t.agreement_next_text_agreed(),
        State::ForSignature => t.agreement_next_for_signature(),
        State::PartlySigned => t.agreement_next_partly_signed(),
        State::Signed => t.agreement_next_signed(),
        State::InForce => t.agreement_next_in_force(),
        State::Expired => t.agreement_next_expired(),
        State::Renewed => t.agreement_next_renewed(),
        State::Terminated => t.agreement_next_terminated(),
        State::Withdrawn => t.agreement_next_withdrawn(),
        State::Rejected => t.agreement_next_rejected(),
    };
    let s = &read.standing;
    let count = match read.state {
        State::Negotiation if s.has_text => Some((t.agreement_words(), t.agreement_of(s.accept, s.parties))),
        State::ForSignature | State::PartlySigned => {
            Some((t.agreement_signatures(), t.agreement_of(s.signed, s.parties)))
        }
        _ => None,
    };
    let count = count.map(|(label, text)| view! { <dt>{label}</dt><dd>{text}</dd> });
    let asks: Vec<String> = read
        .words
        .iter()
        .filter(|given| given.word() == Word::AsksChanges && read.state == State::Negotiation)
        .filter_map(|given| read.parties.iter().position(|party| party.id == given.party))
        .map(|place| called(place, t))
        .collect();
    let asks = (!asks.is_empty()).then(|| {
        view! { <dt>{t.agreement_word_asks_changes()}</dt><dd>{asks.join(t.form_comma())}</dd> }
    });
    let url = read.agreement.url();
    let edits = read.actor.may_edit_agreements();
    let mut buttons: Vec<(String, &'static str, bool)> = Vec::new();
    if edits && read.state.takes_signatures() {
        buttons.push((format!("{url}?do=sign#step"), t.agreement_sign(), matches!(step, Some(Step::Sign))));
    }
    if edits {
        for to in life::next(read.state) {
            let current = matches!(step, Some(Step::Move(chosen)) if *chosen == to);
            let href = format!("{url}?do=move&to={}#step", to.code());
            buttons.push((href, t.agreement_move_to(read.state, to), current));
        }
    }
    let any = !buttons.is_empty();
    let buttons = buttons
        .into_iter()
        .map(|(href, text, current)| {
            view! { <a class="button small" href=href aria-current=current.then_some("step")>{text}</a> }
        })
        .collect_view();
    view! {
        <section class="panel next" id="life">
            <h2>{t.agreement_what_next()}</h2>
            <p>{what}</p>
            <dl class="facts"><dt>{t.agreement_state()}</dt><dd>{t.agreement_state_of(read.state)}</dd>{count}{asks}</dl>
            {any.then(|| view! { <div class="actions">{buttons}</div> })}
        </section>
    }
    .into_any()
}

fn facts(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let agreement = &read.agreement;
    let facts = &agreement.facts;
    // Where it goes on by itself, the term that runs is told, also before the job wrote it down.
    let ends_on = agreement.facts.days_at(read.now).ends_on;
    let notice_on = super::renewal::model::notice_on(facts, &ends_on);
    let term = match facts.term_months {
        Some(months) => t.agreement_months(months),
        None => t.agreement_no_end().to_owned(),
    };
    let notice = facts.notice_days.map(|days| t.agreement_days(days)).unwrap_or_default();
    let mut rows: Vec<(&'static str, String)> = vec![
        (t.agreement_prevailing(), t.agreement_prevailing_of(facts.prevailing).to_owned()),
        (t.agreement_areas(), facts.areas.join(t.agreement_between())),
        (t.agreement_sign_place(), facts.sign_place.clone()),
        (t.agreement_sign_on(), date(&facts.sign_on, language)),
        (t.agreement_effective_on(), date(&facts.effective_on, language)),
        (t.renewal_notice_on(), notice_on.map(|day| date(&day.to_string(), language)).unwrap_or_default()),
        (t.agreement_ends_on(), date(&ends_on, language)),
        (t.agreement_zone(), facts.zone.clone()),
        (t.agreement_term_months(), term),
        (t.agreement_renewal(), t.agreement_renewal_of(facts.renewal).to_owned()),
        (t.agreement_notice_days(), notice),
        (t.agreement_governing_law(), facts.governing_law.clone()),
        (t.agreement_confidentiality(), facts.confidentiality.clone()),
    ];
    if read.actor.may_see_staff_names() {
        let owner = agreement.owner_name.as_deref().map(|name| crate::privacy::model::shown_name(name, t));
        rows.push((t.agreement_owner(), owner.unwrap_or_default()));
    }
    let rows = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <dt>{label}</dt><dd class="lines">{value}</dd> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// What is owed under it; staff plans more while it is not over.
fn obligations(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let plans = read.actor.may_edit_agreements() && !read.state.is_over();
    super::obligation::sections::of_agreement(&read.agreement, &read.obligations, plans, t, language)
}

/// What it follows, and what follows it.
fn line(
    read: &AgreementPage,
    refused: Option<&std::sync::Arc<crate::backend::refused::RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let (actor, now) = (&read.actor, read.now);
    let drawn =
        view::Drawn { line: &read.line, agreement: &read.agreement, state: read.state, actor, now, refused, language };
    view::panel(&drawn, t)
}

fn timeline(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let named = read.actor.may_see_staff_names();
    let items = read
        .timeline
        .iter()
        .map(|event| crate::journal::entry::item_with(event, named, &read.people, &read.names, t, language))
        .collect();
    view! {
        <section class="panel" id="timeline">
            <h2>{t.company_timeline()}</h2>
            <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
        </section>
    }
    .into_any()
}
