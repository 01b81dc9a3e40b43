//! A company's people on its page: those who work there, and folded away those who did.

use leptos::prelude::*;

use super::opened::{Opened, Panel};
use super::relation::pages::period;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::person::api::people_of;
use crate::person::model::url;
use crate::person::positions_view::title;
use crate::person::store::Held;
use crate::ui::icon::Icon;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let (id, language) = (opened.company.id, opened.language);
    let people = people_of(&mut opened.ctx, id, language).await?;
    let adds = opened.may_change();
    Ok(Some(Panel::new("people", opened.texts().person_people(), move |t| {
        let current = if people.current.is_empty() {
            view! { <p class="hint">{t.person_none_here()}</p> }.into_any()
        } else {
            table(&people.current, true, t, language)
        };
        let former = (!people.former.is_empty()).then(|| {
            let table = table(&people.former, people.follows_former, t, language);
            view! { <details class="folded"><summary>{t.person_former_count(people.former.len())}</summary>{table}</details> }
        });
        let add = adds.then(|| {
            let url = format!("/people/new?company={id}");
            view! { <p class="adding"><a class="button" href=url><Icon name="plus" />{t.person_add()}</a></p> }
        });
        view! { {current}{former}{add} }.into_any()
    })))
}

/// Who left is named without the ways to reach them, which are another company's by now.
fn table(people: &[Held], linked: bool, t: &'static Texts, language: Language) -> AnyView {
    let rows = people
        .iter()
        .map(|held| {
            let name = language.prefer(&held.person_name, &held.person_name_zh).to_owned();
            let name = if linked {
                view! { <a href=url(held.position.person)>{name}</a> }.into_any()
            } else {
                name.into_any()
            };
            let title = title(held, language);
            let title = (!title.is_empty()).then(|| view! { <span class="second whole">{title}</span> });
            let contact = (linked && !held.email.is_empty())
                .then(|| view! { <a href=format!("mailto:{}", held.email)>{held.email.clone()}</a> });
            let phone = (linked && !held.phone.is_empty()).then(|| held.phone.clone());
            view! {
                <tr>
                    <th scope="row">{name}{title}</th>
                    <td>{contact}</td>
                    <td>{phone}</td>
                    <td>{period(held.position.since.as_deref(), held.position.until.as_deref(), t)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="documents records"><table>
            <thead><tr>
                <th scope="col">{t.person_name()}</th><th scope="col">{t.person_email()}</th>
                <th scope="col">{t.person_phone()}</th><th scope="col">{t.person_time()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}
