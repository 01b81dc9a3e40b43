//! Where a person works and worked, on their page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::PersonPage;
use super::positions::{EndPosition, MainPosition, RemovePosition};
use super::store::Held;
use crate::company::model::url as company_url;
use crate::company::relation::model::lasts;
use crate::company::relation::pages::period;
use crate::language::{Language, Texts};
use crate::ui::icon::Icon;

/// A position's title for this reader, possibly empty.
pub fn title(held: &Held, language: Language) -> String {
    language.prefer(&held.position.title, &held.position.title_zh).to_owned()
}

pub fn section(read: &PersonPage, changes: bool, t: &'static Texts, language: Language) -> AnyView {
    let rows = read.positions.iter().map(|held| row(read, held, changes, t, language)).collect_view();
    let table = if read.positions.is_empty() {
        view! { <p class="hint">{t.person_no_position()}</p> }.into_any()
    } else {
        view! { <div class="documents records"><table><tbody>{rows}</tbody></table></div> }.into_any()
    };
    let add = changes.then(|| {
        let url = format!("{}/positions/new", read.person.url());
        view! { <p class="adding"><a class="button" href=url><Icon name="plus" />{t.person_position_add()}</a></p> }
    });
    view! { <section class="panel" id="positions"><h2>{t.person_positions()}</h2>{table}{add}</section> }.into_any()
}

fn row(read: &PersonPage, held: &Held, changes: bool, t: &'static Texts, language: Language) -> AnyView {
    let position = &held.position;
    let company = language.prefer(&held.company_en, &held.company_zh).to_owned();
    let title = title(held, language);
    let title = (!title.is_empty()).then(|| view! { <span class="second whole">{title}</span> });
    let current = lasts(position.until.as_deref(), &read.today);
    let badge = if !current {
        Some(view! { <span class="badge neutral">{t.person_former()}</span> }.into_any())
    } else if position.main && read.whole {
        Some(view! { <span class="badge info">{t.person_main()}</span> }.into_any())
    } else {
        None
    };
    let forms = changes.then(|| {
        let main = (current && !position.main).then(|| {
            view! {
                <form method="post" action=MainPosition::PATH>
                    <input type="hidden" name="id" value=position.id.to_string() />
                    <button class="button quiet small">
                        {t.person_make_main()}<span class="visually-hidden">" "{company.clone()}</span>
                    </button>
                </form>
            }
        });
        view! {
            <td class="removal"><div class="actions">
                {main}{current.then(|| end(held, &company, &read.today, t))}{remove(held, &company, t)}
            </div></td>
        }
    });
    view! {
        <tr>
            <th scope="row"><a href=company_url(position.company)>{company.clone()}</a>{title}</th>
            <td>{period(position.since.as_deref(), position.until.as_deref(), t)}</td>
            <td>{badge}</td>
            {forms}
        </tr>
    }
    .into_any()
}

fn end(held: &Held, company: &str, today: &str, t: &'static Texts) -> AnyView {
    let asks = format!("end-{}", held.position.id);
    let field = format!("until-{}", held.position.id);
    view! {
        <button type="button" class="button quiet small" popovertarget=asks.clone()>
            {t.register_end()}<span class="visually-hidden">" "{company.to_owned()}</span>
        </button>
        <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.register_end()>
            <form method="post" action=EndPosition::PATH>
                <input type="hidden" name="id" value=held.position.id.to_string() />
                <p><label for=field.clone()>{t.register_last_day()}</label></p>
                <p><input type="date" id=field name="until" value=today.to_owned() required /></p>
                <div class="actions">
                    <button class="button primary">{t.register_end()}</button>
                    <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

fn remove(held: &Held, company: &str, t: &'static Texts) -> AnyView {
    let asks = format!("remove-{}", held.position.id);
    view! {
        <button type="button" class="button quiet small" popovertarget=asks.clone()>
            {t.document_remove()}<span class="visually-hidden">" "{company.to_owned()}</span>
        </button>
        <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.document_remove()>
            <form method="post" action=RemovePosition::PATH>
                <input type="hidden" name="id" value=held.position.id.to_string() />
                <input type="hidden" name="person" value=held.position.person.to_string() />
                <p>{t.person_position_remove_asks(company)}</p>
                <div class="actions">
                    <button class="button danger primary">{t.document_remove()}</button>
                    <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}
