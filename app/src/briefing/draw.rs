//! A briefing's parts, with every label in both languages.

use leptos::prelude::*;

use super::read::{Briefing, MOST};
use crate::agreement::life::State;
use crate::company::model::Facts;
use crate::company::relation::model::Side;
use crate::country;
use crate::enquiry::model::{Kind as EnquiryKind, State as EnquiryState};
use crate::interaction::list_view::beginning;
use crate::interaction::model::Kind as InteractionKind;
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::product::model::Category;
use crate::task::store::TaskLine;
use crate::time::{Timestamp, date};

/// A text in both languages, the English first.
pub fn both(text: impl Fn(&'static Texts) -> &'static str) -> AnyView {
    in_both(|language| text(language.texts()).to_owned())
}

/// Something said in both languages; once where both say the same.
fn in_both(say: impl Fn(Language) -> String) -> AnyView {
    let [en, zh] = [Language::En, Language::Zh].map(say);
    if en == zh {
        return view! { <span class="both">{en}</span> }.into_any();
    }
    view! { <span class="both"><span lang="en">{en}</span>" "<span lang="zh-CN">{zh}</span></span> }.into_any()
}

/// What is written in two languages; what there is of it.
fn written(en: &str, zh: &str) -> AnyView {
    in_both(|language| language.prefer(en, zh).to_owned())
}

/// A company's names.
pub fn names(facts: &Facts) -> AnyView {
    let local = Some(&facts.name_local).filter(|name| !name.is_empty() && **name != facts.name_en).cloned();
    view! { {written(&facts.name_en, &facts.name_zh)}{local.map(|name| format!(" · {name}"))} }.into_any()
}

fn moment(at: Timestamp) -> AnyView {
    in_both(|language| at.day(language))
}

/// A part of the page; none where there is nothing to say and nothing missing.
fn part(title: impl Fn(&'static Texts) -> &'static str, body: AnyView) -> AnyView {
    view! { <section><h3>{both(title)}</h3>{body}</section> }.into_any()
}

fn none() -> AnyView {
    view! { <p class="hint">{both(|t| t.briefing_none())}</p> }.into_any()
}

/// Says how many more there are than fit.
fn more(all: i64) -> Option<AnyView> {
    let rest = all - i64::try_from(MOST).unwrap_or(i64::MAX);
    (rest > 0).then(|| {
        let rest = move |language: Language| language.texts().briefing_more(number(rest));
        view! { <p class="hint">{in_both(rest)}</p> }.into_any()
    })
}

pub fn facts(read: &Briefing) -> AnyView {
    let company = &read.opened.company;
    let facts = &company.facts;
    let mut rows: Vec<(AnyView, AnyView)> = Vec::new();
    let kinds = |language| crate::company::list_view::kinds_text(&facts.kinds, Language::texts(language));
    rows.push((both(|t| t.company_kinds()), in_both(kinds)));
    if let Some(code) = &facts.country {
        let country = in_both(|language| country::name(code, language));
        let city = Some(&facts.city).filter(|city| !city.is_empty()).map(|city| format!(" · {city}"));
        rows.push((both(|t| t.company_country()), view! { {country}{city} }.into_any()));
    } else if !facts.city.is_empty() {
        rows.push((both(|t| t.company_city()), facts.city.clone().into_any()));
    }
    let stage = |language: Language| language.texts().stage(company.stage).to_owned();
    let since = read.stage_since.as_ref().map(|(at, reason)| {
        let reason = Some(reason).filter(|reason| !reason.is_empty()).map(|reason| format!(" · {reason}"));
        view! { " · "{moment(*at)}{reason} }
    });
    rows.push((both(|t| t.company_stage()), view! { {in_both(stage)}{since} }.into_any()));
    if let Some(tier) = facts.tier {
        rows.push((both(|t| t.register_tier()), in_both(|language| language.texts().tier(tier).to_owned())));
    }
    let manager = company.manager_name.clone().map_or_else(|| both(|t| t.briefing_nobody()), |name| name.into_any());
    rows.push((both(|t| t.company_manager()), manager));
    let lists = [
        (both(|t| t.register_aliases()), &facts.aliases),
        (both(|t| t.register_registrations()), &facts.registrations),
        (both(|t| t.register_areas()), &facts.areas),
        (both(|t| t.register_tags()), &facts.tags),
    ];
    for (label, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        rows.push((label, values.join(" · ").into_any()));
    }
    if !facts.website.is_empty() {
        let site = &facts.website;
        let link = view! { <a href=site.clone() rel="noopener noreferrer external">{site.clone()}</a> };
        rows.push((both(|t| t.company_website()), link.into_any()));
    }
    if !facts.about.is_empty() {
        rows.push((both(|t| t.company_about()), view! { <span class="lines">{facts.about.clone()}</span> }.into_any()));
    }
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    part(|t| t.company_facts(), view! { <dl class="facts">{rows}</dl> }.into_any())
}

/// What is to be spoken of: what waits for a decision or an answer.
pub fn open_points(read: &Briefing) -> AnyView {
    let mut points: Vec<AnyView> = Vec::new();
    let task = |task: &TaskLine| {
        let owner = shown_name(&task.owner, read.opened.texts());
        let due = in_both(|language| date(&task.due_on, language));
        let late = (task.due_on <= read.days.late_until()).then(|| late(None));
        view! { {task.title.clone()}" · "{owner}" · "{due}{late} }.into_any()
    };
    // The first one stands above the others.
    points.extend(read.tasks.iter().skip(1).map(task));
    for proposal in &read.proposals {
        let by = shown_name(&proposal.by_name, read.opened.texts());
        points.push(view! { {both(|t| t.briefing_proposal())}": "{by}", "{moment(proposal.created_at)} }.into_any());
    }
    for thread in &read.waiting {
        points.push(
            view! { {both(|t| t.message_waits())}": "{thread.subject.clone()}", "{moment(thread.last_at)} }.into_any(),
        );
    }
    for line in read.enquiries.iter().filter(|line| !is_over(&line.state)) {
        let kind = EnquiryKind::from_code(&line.kind).unwrap_or(EnquiryKind::Other);
        let state = EnquiryState::from_code(&line.state).unwrap_or(EnquiryState::Received);
        let say = |language: Language| {
            let t = language.texts();
            format!("{}, {}", t.enquiry_kind_of(kind), t.enquiry_state_of(state))
        };
        let (number, at) = (line.number.clone(), Timestamp(line.received_at));
        points.push(view! { {number}": "{in_both(say)}", "{moment(at)} }.into_any());
    }
    // What is due first is what comes next.
    let next = read
        .tasks
        .first()
        .map(|first| view! { <p><strong>{both(|t| t.briefing_next())}</strong>": "{task(first)}</p> });
    let points = (next.is_none() || !points.is_empty()).then(|| list(points));
    part(|t| t.briefing_open_points(), view! { {next}{points} }.into_any())
}

/// The mark of what is late, and how much of it is.
fn late(count: Option<i64>) -> AnyView {
    let count = count.map(|count| format!(" ({})", number(count)));
    view! { " · "<strong class="late">{both(|t| t.obligation_overdue())}{count}</strong> }.into_any()
}

/// The agreements under way and in force: where each stands, its next day, and what the company owes under it.
pub fn agreements(read: &Briefing) -> AnyView {
    let (now, today) = (read.opened.ctx.now, read.opened.today());
    let points = read
        .agreements
        .iter()
        .map(|line| {
            let state = line.state(now);
            let day = |label: fn(&'static Texts) -> &'static str, day: &str, late_already: bool| {
                let late = (late_already && day < today.as_str()).then(|| late(None));
                let day = in_both(|language| date(day, language));
                view! { " · "{both(label)}" "{day}{late} }.into_any()
            };
            let next = match state {
                State::Signed => (!line.effective_on.is_empty())
                    .then(|| day(|t| t.agreement_effective_on(), &line.effective_on, false)),
                // What goes on by itself has a new last day by then.
                State::InForce => (line.ends_on.as_str() >= today.as_str())
                    .then(|| day(|t| t.agreement_ends_on(), &line.ends_on, false)),
                _ => (!line.sign_on.is_empty()).then(|| day(|t| t.agreement_sign_on(), &line.sign_on, true)),
            };
            let owed = read.owed.iter().find(|owed| owed.agreement == line.id && state == State::InForce);
            let due = owed.and_then(|owed| owed.next_on.as_deref()).map(|on| day(|t| t.obligation_due_on(), on, false));
            let late = owed.filter(|owed| owed.late > 0).map(|owed| late(Some(owed.late)));
            let state = in_both(|language| language.texts().agreement_state_of(state).to_owned());
            view! { {line.number.clone()}" · "{written(&line.title_en, &line.title_zh)}" · "{state}{next}{due}{late} }
                .into_any()
        })
        .collect();
    part(|t| t.agreement_company_panel(), view! { {list(points)}{more(read.agreement_count)} }.into_any())
}

fn is_over(state: &str) -> bool {
    matches!(EnquiryState::from_code(state), Some(EnquiryState::Converted | EnquiryState::Closed))
}

fn list(points: Vec<AnyView>) -> AnyView {
    if points.is_empty() {
        return none();
    }
    let points = points.into_iter().map(|point| view! { <li>{point}</li> }).collect_view();
    view! { <ul>{points}</ul> }.into_any()
}

pub fn people(read: &Briefing) -> AnyView {
    let rows = read
        .people
        .iter()
        .take(MOST)
        .map(|held| {
            let contact = [&held.email, &held.phone].into_iter().filter(|value| !value.is_empty()).cloned();
            view! {
                <tr>
                    <th scope="row">{written(&held.person_name, &held.person_name_zh)}</th>
                    <td>{written(&held.position.title, &held.position.title_zh)}</td>
                    <td>{contact.collect::<Vec<_>>().join(" · ")}</td>
                </tr>
            }
        })
        .collect_view();
    let body = if read.people.is_empty() {
        none()
    } else {
        let all = i64::try_from(read.people.len()).unwrap_or(i64::MAX);
        view! { <table><tbody>{rows}</tbody></table>{more(all)} }.into_any()
    };
    part(|t| t.person_people(), body)
}

pub fn relations(read: &Briefing) -> AnyView {
    let id = read.opened.company.id;
    let points = read
        .relations
        .iter()
        .take(MOST)
        .map(|related| {
            let side = Side::of(related.relation.kind, related.relation.from == id);
            let since = related.relation.since.clone().map(|since| {
                view! { " · "{in_both(|language| language.texts().register_since(date(&since, language)))} }
            });
            view! {
                {in_both(|language| language.texts().side(side).to_owned())}": "{written(&related.name_en, &related.name_zh)}{since}
            }
            .into_any()
        })
        .collect();
    let all = i64::try_from(read.relations.len()).unwrap_or(i64::MAX);
    part(|t| t.relation_title(), view! { {list(points)}{more(all)} }.into_any())
}

pub fn products(read: &Briefing) -> AnyView {
    if read.products.is_empty() {
        return part(|t| t.company_products(), none());
    }
    let rows = read
        .products
        .iter()
        .map(|line| {
            let category = Category::from_code(&line.category).unwrap_or(Category::Drug);
            let generic = Some(&line.generic_name).filter(|name| !name.is_empty()).map(|name| format!(" · {name}"));
            let approvals: Vec<AnyView> = line
                .statuses()
                .into_iter()
                .map(|(agency, status)| {
                    let say = |language: Language| language.texts().status(status).to_owned();
                    view! { <span class="line">{agency.to_owned()}" "{in_both(say)}</span> }.into_any()
                })
                .collect();
            view! {
                <tr>
                    <th scope="row">{written(&line.name_en, &line.name_zh)}{generic}</th>
                    <td>{in_both(|language| language.texts().category(category).to_owned())}</td>
                    <td>{approvals}</td>
                </tr>
            }
        })
        .collect_view();
    let table = view! { <table><tbody>{rows}</tbody></table>{more(read.product_count)} };
    part(|t| t.briefing_products(), table.into_any())
}

/// What was last said, and to whom.
pub fn contacts(read: &Briefing) -> AnyView {
    let mut points: Vec<(Timestamp, AnyView)> = Vec::new();
    for line in &read.interactions {
        let at = Timestamp(line.at);
        let kind = InteractionKind::from_code(&line.kind);
        let say =
            move |language: Language| kind.map_or("", |kind| language.texts().interaction_kind_of(kind)).to_owned();
        let by = shown_name(&line.recorded_by, read.opened.texts());
        let point = view! { {moment(at)}" · "{in_both(say)}": "{beginning(&line.summary)}" · "{by} };
        points.push((at, point.into_any()));
    }
    for thread in &read.threads {
        let side = if thread.last_of_zone { Texts::message_by_zone } else { Texts::message_by_company };
        let by = shown_name(&thread.last_by_name, read.opened.texts());
        let point = view! {
            {moment(thread.last_at)}" · "{both(|t| t.briefing_message())}": "{thread.subject.clone()}" · "{by}" ("{both(side)}")"
        };
        points.push((thread.last_at, point.into_any()));
    }
    for line in &read.enquiries {
        let (number, at) = (line.number.clone(), Timestamp(line.received_at));
        let point = view! { {moment(at)}" · "{both(|t| t.briefing_enquiry())}": "{number} };
        points.push((at, point.into_any()));
    }
    points.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    part(|t| t.briefing_contacts(), list(points.into_iter().take(5).map(|(_, point)| point).collect()))
}

pub fn documents(read: &Briefing) -> AnyView {
    let points = read
        .documents
        .iter()
        .take(MOST)
        .map(|document| {
            let note = Some(&document.note).filter(|note| !note.is_empty()).map(|note| format!(" · {note}"));
            let audience = |language: Language| language.texts().audience(document.audience).to_owned();
            view! { {document.name.clone()}{note}" · "{in_both(audience)}" · "{moment(document.uploaded_at)} }
                .into_any()
        })
        .collect();
    let all = i64::try_from(read.documents.len()).unwrap_or(i64::MAX);
    part(|t| t.document_title(), view! { {list(points)}{more(all)} }.into_any())
}
