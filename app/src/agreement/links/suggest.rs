//! What a field for a link offers: products and interactions of the parties, and for what is typed whatever the search finds.

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use http::header;
use uuid::Uuid;

use super::super::model::Key;
use super::super::store as agreements;
use super::model::Kind;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::error::{Result, internal};
use crate::interaction::model::Kind as Manner;
use crate::interaction::store as interactions;
use crate::language::Language;
use crate::product::store as products;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::error_response;

/// So many of each kind are offered.
const OFFERED: i64 = 20;
/// What was said is looked through in so many of the latest interactions.
const LOOKED_THROUGH: i64 = 300;
/// So much of what was said is shown, in characters.
const EXCERPT: usize = 60;

/// What the field then has, and what stands beside it.
pub type Offer = (String, String);

/// `/agreements/{id}/suggestions`: what to offer for what was typed, for those who link.
pub async fn get(visit: Visit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let query = Query::parse(query.as_deref().unwrap_or_default());
    match in_time(suggestions(&visit, &id, query.get("q"))).await {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn suggestions(visit: &Visit, id: &str, typed: &str) -> Result<String> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_agreements())?;
    let scope = ctx.actor.opens_agreements()?;
    let agreement = agreements::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    let parties = agreements::parties(&mut ctx.tx, agreement.id).await?;
    let companies: Vec<Uuid> = parties.into_iter().map(|party| party.company).collect();
    let offers = offers(&mut ctx.tx, &companies, typed, visit.language).await?;
    serde_json::to_string(&offers).map_err(|error| internal("suggestions", &error))
}

/// What is offered for what is typed; before anything is, what the parties have.
pub async fn offers(tx: &mut Tx, companies: &[Uuid], typed: &str, language: Language) -> Result<Vec<Offer>> {
    let mut offers = of_products(tx, companies, typed, language).await?;
    offers.extend(of_interactions(tx, companies, typed, language).await?);
    Ok(offers)
}

async fn of_products(tx: &mut Tx, companies: &[Uuid], typed: &str, language: Language) -> Result<Vec<Offer>> {
    let t = language.texts();
    let what = t.link_kind_of(Kind::Product);
    let found: Vec<(String, String, String)> = if typed.trim().is_empty() {
        let found = products::of_companies(tx, companies, language, OFFERED).await?;
        found.into_iter().map(|(id, en, zh)| (Kind::Product.url(id), en, zh)).collect()
    } else {
        let found = products::suggested(tx, language, typed).await?;
        found.into_iter().map(|hit| (hit.url, hit.title_en, hit.title_zh)).collect()
    };
    let names: Vec<&str> = found.iter().map(|(_, en, zh)| language.prefer(en, zh)).collect();
    let offer = |((url, en, zh), name): (&(String, String, String), &&str)| {
        // Those of the same name are told apart by their addresses.
        let several = names.iter().filter(|known| *known == name).count() > 1;
        let other = if *name == en.as_str() { zh } else { en };
        let about: Vec<&str> = [what, if several { name } else { "" }, if other == name { "" } else { other.as_str() }]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        (if several { url.clone() } else { (*name).to_owned() }, about.join(" · "))
    };
    Ok(found.iter().zip(&names).map(offer).collect())
}

/// Interactions have no name: the field gets their address, and beside it stands what they were.
async fn of_interactions(tx: &mut Tx, companies: &[Uuid], typed: &str, language: Language) -> Result<Vec<Offer>> {
    let t = language.texts();
    let words = fold(typed);
    let words: Vec<&str> = words.split_whitespace().collect();
    let most = if words.is_empty() { OFFERED } else { LOOKED_THROUGH };
    let lines = interactions::latest_with(tx, companies, most).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let named = interactions::companies_of(tx, &ids).await?;
    let mut offers = Vec::new();
    for line in lines {
        let kind = Manner::from_code(&line.kind).map(|kind| t.interaction_kind_of(kind)).unwrap_or_default();
        let with: Vec<&str> =
            named.get(&line.id).into_iter().flatten().map(|(_, en, zh)| language.prefer(en, zh)).collect();
        let about = format!("{} · {kind} · {}", Timestamp(line.at).day(language), with.join(t.form_comma()));
        let all = fold(&format!("{about} {}", line.summary));
        if words.iter().all(|word| all.contains(word)) {
            let said: String = line.summary.split_whitespace().collect::<Vec<_>>().join(" ");
            let excerpt: String = said.chars().take(EXCERPT).collect();
            offers.push((Kind::Interaction.url(line.id), format!("{about} · {excerpt}")));
        }
        if i64::try_from(offers.len()).unwrap_or(OFFERED) >= OFFERED {
            break;
        }
    }
    Ok(offers)
}
