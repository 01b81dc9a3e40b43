//! Obligations on the pages of other records: of an agreement, of a company, and of who has to see to them today.

use leptos::prelude::*;
use uuid::Uuid;

use super::pages::{PATH, count_text, short_table};
use super::read::Few;
use super::store::FEW_COUNTED;
use crate::agreement::model::Agreement;
use crate::company::opened::{Opened, Panel};
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::ui::icon::Icon;

fn shown(few: &Few) -> i64 {
    i64::try_from(few.lines.len()).unwrap_or_default()
}

/// On an agreement's page.
pub fn of_agreement(agreement: &Agreement, few: &Few, plans: bool, t: &'static Texts, language: Language) -> AnyView {
    let url = agreement.url();
    let table = if few.lines.is_empty() {
        view! { <p class="hint">{t.obligation_none_here()}</p> }.into_any()
    } else {
        short_table(few, false, t, language)
    };
    let all = (few.count > shown(few)).then(|| {
        let href = format!("{PATH}?state=all&agreement={}", agreement.number);
        view! { <a class="button small" href=href>{t.obligations_all_of_them(number(few.count))}</a> }
    });
    let matrix = (!few.lines.is_empty()).then(|| {
        view! { <a class="button small" href=format!("{url}/matrix")>{t.obligation_matrix()}</a> }
    });
    let plan = plans.then(|| {
        let href = format!("{url}/obligations/new");
        view! { <a class="button small" href=href><Icon name="plus" />{t.obligation_plan()}</a> }
    });
    let any = all.is_some() || matrix.is_some() || plan.is_some();
    view! {
        <section class="panel" id="obligations">
            <h2>{t.obligations_title()}</h2>{table}
            {any.then(|| view! { <div class="actions">{matrix}{all}{plan}</div> })}
        </section>
    }
    .into_any()
}

/// On a company's page, where it stands on a side of any.
pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let (id, language, now): (Uuid, _, _) = (opened.company.id, opened.language, opened.ctx.now);
    let actor = opened.actor().clone();
    let Some(few) = super::read::of_company(&mut opened.ctx.tx, &actor, id, now).await? else { return Ok(None) };
    if few.lines.is_empty() {
        return Ok(None);
    }
    Ok(Some(Panel::new("obligations", opened.texts().obligations_title(), move |t| {
        let more = (few.count > shown(&few)).then(|| {
            let href = format!("{PATH}?company={id}");
            view! { <p><a href=href>{t.obligations_all_of_them(count_text(few.count, FEW_COUNTED, t))}</a></p> }
        });
        view! { {short_table(&few, true, t, language)}{more} }.into_any()
    })))
}

/// On the start page of who has to see to them.
pub fn today(few: &Few, t: &'static Texts, language: Language) -> AnyView {
    view! {
        <section class="panel" id="obligations">
            <h2>{t.obligations_today()}</h2>
            {short_table(few, true, t, language)}
            <p><a href=PATH>{t.obligations_see_all()}</a></p>
        </section>
    }
    .into_any()
}
