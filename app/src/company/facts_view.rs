//! What a company is, on its page.

use leptos::prelude::*;

use super::list_view::{PATH, kinds_text};
use super::model::{Company, Facts};
use super::opened::{Opened, Panel};
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::moment::Moment;
use crate::ui::query::Query;

/// The facts, for some of whom only name, country and kind are facts.
pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    let (company, language) = (opened.company.clone(), opened.language);
    let (names_only, internal) = (opened.names_only, opened.actor().may_see_internals());
    // Who sees one company only has no list in which to follow its areas.
    let follows = opened.actor().may_export_companies();
    Ok(Some(Panel::new("facts", opened.texts().company_facts(), move |t| {
        let about = (!names_only && !company.facts.about.is_empty()).then(|| {
            let paragraphs = company.facts.about.split("\n\n").map(|text| view! { <p>{text.to_owned()}</p> });
            view! { <div class="prose">{paragraphs.collect_view()}</div> }
        });
        let mut rows = public(&company.facts, t, language);
        if !names_only {
            rows.extend(known(&company, follows, t));
            if internal && !company.facts.tags.is_empty() {
                rows.push((t.register_tags(), chips("tag", &company.facts.tags)));
            }
            let moment = |at: Timestamp| view! { <Moment at=at language=language /> }.into_any();
            rows.push((t.company_changed(), moment(company.changed_at)));
            rows.push((t.company_created(), moment(company.created_at)));
        }
        let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
        view! { {about}<dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
    })))
}

type Row = (&'static str, AnyView);

fn public(facts: &Facts, t: &'static Texts, language: Language) -> Vec<Row> {
    let country = facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
    vec![(t.company_kinds(), kinds_text(&facts.kinds, t).into_any()), (t.company_country(), country.into_any())]
}

/// What those read who see the company whole. What is not known is left out, but for what should be.
fn known(company: &Company, follows: bool, t: &'static Texts) -> Vec<Row> {
    let facts = &company.facts;
    let mut rows = vec![(t.company_city(), facts.city.clone().into_any())];
    if !facts.aliases.is_empty() {
        rows.push((t.register_aliases(), lines(&facts.aliases)));
    }
    let links: Vec<AnyView> = (!facts.website.is_empty())
        .then_some(&facts.website)
        .into_iter()
        .chain(&facts.websites)
        .map(|url| view! { <a href=url.clone() rel="noopener noreferrer external">{url.clone()}</a> }.into_any())
        .collect();
    rows.push((t.company_website(), stacked(links)));
    if !facts.email_domains.is_empty() {
        rows.push((t.register_email_domains(), lines(&facts.email_domains)));
    }
    if !facts.registrations.is_empty() {
        rows.push((t.register_registrations(), lines(&facts.registrations)));
    }
    if !facts.areas.is_empty() {
        let areas = if follows { chips("area", &facts.areas) } else { facts.areas.join(t.form_comma()).into_any() };
        rows.push((t.register_areas(), areas));
    }
    rows.push((t.company_manager(), company.manager_name.clone().into_any()));
    rows
}

fn lines(values: &[String]) -> AnyView {
    stacked(values.iter().map(|value| value.clone().into_any()).collect())
}

/// One below the other.
fn stacked(values: Vec<AnyView>) -> AnyView {
    values.into_iter().map(|value| view! { <span class="line">{value}</span> }).collect_view().into_any()
}

/// Each leads to the companies that have it, too.
fn chips(name: &'static str, values: &[String]) -> AnyView {
    let chip = |value: &String| {
        let mut query = Query::default();
        query.set(name, value);
        view! { <a href=query.url(PATH)>{value.clone()}</a> }.into_any()
    };
    stacked(values.iter().map(chip).collect())
}
