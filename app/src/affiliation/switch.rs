//! For which company a representative acts: the switch in the header, and links that open the right one.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::ActFor;
use crate::actor::{Actor, Affiliation, Role};
use crate::language::{Language, Texts};
use crate::ui::icon::Icon;
use crate::web::page::FOR;

/// An address that lets its reader act for this company, if they may: for links in mails and notifications.
pub fn for_company(path: &str, company: Uuid) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let joint = if path.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}{joint}{FOR}={company}{fragment}")
}

/// What the header shows of it: a name where there is one company, a menu where there are several.
pub fn switch(actor: &Actor, language: Language, t: &'static Texts) -> Option<AnyView> {
    if actor.role != Role::Representative {
        return None;
    }
    let name = |affiliation: &Affiliation| language.prefer(&affiliation.name_en, &affiliation.name_zh).to_owned();
    let acting = actor.affiliations.iter().find(|affiliation| Some(affiliation.company) == actor.acting)?;
    let acted = name(acting);
    if actor.affiliations.len() == 1 {
        let title = t.switch_acting(&acted);
        return Some(
            view! { <p class="bar-company" title=title><Icon name="building" /><span>{acted}</span></p> }.into_any(),
        );
    }
    let items = actor
        .affiliations
        .iter()
        .map(|affiliation| {
            let current = (affiliation.company == acting.company).then_some("true");
            view! {
                <li><button name="company" value=affiliation.company.to_string() aria-current=current>
                    {name(affiliation)}<span class="second">{t.rights(affiliation.rights)}</span>
                </button></li>
            }
        })
        .collect_view();
    let label = t.switch_acting(&acted);
    let menu = view! {
        <details class="menu companies">
            <summary aria-label=label><Icon name="building" /><span>{acted}</span><Icon name="chevron-down" /></summary>
            <div class="menu-panel">
                <p>{t.switch_choose()}</p>
                <form method="post" action=ActFor::PATH><ul>{items}</ul></form>
            </div>
        </details>
    };
    Some(menu.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_for_which_company_it_is() {
        let id = Uuid::from_u128(7);
        assert_eq!(for_company("/companies", id), format!("/companies?for={id}"));
        assert_eq!(for_company("/products?page=2#a", id), format!("/products?page=2&for={id}#a"));
    }
}
