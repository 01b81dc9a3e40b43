//! `/interactions`, and interactions as rows wherever they are listed.

use leptos::prelude::*;

use super::api::{self, InteractionList, PAGE};
use super::filter::InteractionFilter;
use super::model::{Kind, url};
use super::store::{Line, Named};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/interactions";
/// So many characters of a summary stand in a list.
const SHOWN: usize = 140;

impl Texts {
    pub fn interaction_kind_of(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Meeting => self.interaction_meeting(),
            Kind::Visit => self.interaction_visit(),
            Kind::Call => self.interaction_call(),
            Kind::Mail => self.interaction_mail(),
            Kind::Wechat => self.interaction_wechat(),
            Kind::Exhibition => self.interaction_exhibition(),
        }
    }
}

/// The beginning of a text, on one line.
pub fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Interactions as rows; `companies` where it is told with whom.
pub fn table(lines: &[Line], companies: Option<&Named>, t: &'static Texts, language: Language) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let kind = Kind::from_code(&line.kind).map_or("", |kind| t.interaction_kind_of(kind));
            let with = companies.map(|named| {
                let names = named.get(&line.id).into_iter().flatten();
                let names: Vec<&str> = names.map(|(_, en, zh)| language.prefer(en, zh)).collect();
                view! { <td>{names.join(t.form_comma())}</td> }
            });
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=url(line.id)>{beginning(&line.summary)}</a></th>
                    <td class="status">{kind}</td>
                    {with}
                    <td class="date"><Moment at=Timestamp(line.at) language=language /></td>
                    <td data-label=t.interaction_recorded_by()>{shown_name(&line.recorded_by, t)}</td>
                </tr>
            }
        })
        .collect_view();
    let with = companies.map(|_| view! { <th scope="col">{t.interaction_companies()}</th> });
    view! {
        <div class="table-wrap"><table class="list">
            <thead><tr>
                <th scope="col">{t.interaction_summary()}</th><th scope="col">{t.interaction_kind()}</th>{with}
                <th scope="col">{t.interaction_at()}</th><th scope="col">{t.interaction_recorded_by()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

/// `/interactions`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = InteractionFilter::from_query(&at.query);
    let found = api::list_interactions(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().interaction_title(), move |t| {
        let query = filter.query();
        let export = query.url("/interactions.csv");
        let add = found.actor.may_record_interactions().then(|| {
            let url = match filter.company {
                Some(id) => format!("/interactions/new?company={id}"),
                None => "/interactions/new".to_owned(),
            };
            view! { <a class="button primary" href=url><Icon name="plus" />{t.interaction_record()}</a> }
        });
        let chips = chips(&filter, &found, t, language);
        let filtered = !chips.is_empty();
        let body = if found.lines.is_empty() {
            no_rows(
                found.count,
                view! {
                    <div class="empty">
                        <h2>{if filtered { t.interaction_none_found() } else { t.interaction_none() }}</h2>
                        <p>{if filtered { t.task_none_found_next() } else { t.interaction_none_next() }}</p>
                    </div>
                }
                .into_any(),
            )
        } else {
            table(&found.lines, Some(&found.companies), t, language)
        };
        view! {
            <header class="page-head">
                <h1>{t.interaction_title()}</h1>
                <div class="actions">
                    <a class="button quiet" href=export download="interactions.csv"><Icon name="download" />{t.list_export()}</a>
                    {add}
                </div>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            {filters(&filter, t)}
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.interaction_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn filters(filter: &InteractionFilter, t: &'static Texts) -> AnyView {
    let kinds =
        Kind::ALL.iter().map(|kind| (kind.code().to_owned(), t.interaction_kind_of(*kind).to_owned())).collect();
    let whose = vec![("mine".to_owned(), t.interaction_mine().to_owned())];
    let query = filter.query();
    let day = |name: &'static str, label: &'static str| {
        view! { <input type="date" name=name aria-label=label title=label value=query.get(name).to_owned() /> }
    };
    let company = filter.company.map(|id| view! { <input type="hidden" name="company" value=id.to_string() /> });
    view! {
        <form class="filters" method="get" action=PATH>
            <FilterSelect name="whose" label=t.interaction_whose() any=t.interaction_all() options=whose
                chosen=query.get("whose").to_owned() />
            <FilterSelect name="kind" label=t.interaction_kind() any=t.interaction_any_kind() options=kinds
                chosen=query.get("kind").to_owned() />
            {day("since", t.register_from_day())}{day("until", t.register_to_day())}
            {company}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &InteractionFilter, found: &InteractionList, t: &'static Texts, language: Language) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if filter.mine {
        chip("whose", t.interaction_whose(), t.interaction_mine());
    }
    if let Some(kind) = filter.kind {
        chip("kind", t.interaction_kind(), t.interaction_kind_of(kind));
    }
    if filter.company.is_some() {
        chip("company", t.interaction_company(), found.company.as_deref().unwrap_or("?"));
    }
    for (name, label) in [("since", t.register_from_day()), ("until", t.register_to_day())] {
        if !query.get(name).is_empty() {
            chip(name, label, &date(query.get(name), language));
        }
    }
    chips
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_long_summary_is_cut_between_characters() {
        assert_eq!(beginning("One\n two"), "One two");
        let long = "谈".repeat(200);
        assert_eq!(beginning(&long).chars().count(), 141);
    }
}
