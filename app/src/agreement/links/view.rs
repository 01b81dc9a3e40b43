//! The links on the pages of an agreement and of the records that it is linked to.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::super::model::Agreement;
use super::super::pages::short_table;
use super::super::store::{self as agreements, AgreementLine};
use super::api::{LinkAgreement, UnlinkAgreement};
use super::model::Kind;
use super::store::Links;
use super::suggest::Offer;
use crate::actor::Actor;
use crate::backend::database::Tx;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, Result};
use crate::interaction::model::Kind as Manner;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::ui::icon::Icon;

/// The place of the links on their page.
pub const ANCHOR: &str = "#links";
/// So many agreements stand on the page of a linked record.
const MOST: i64 = 50;

impl Texts {
    pub fn link_kind_of(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Product => self.links_kind_product(),
            Kind::Interaction => self.links_kind_interaction(),
        }
    }
}

/// The links of an agreement, and the field with which staff adds one; nothing where there is nothing to see or to do.
pub fn panel(
    agreement: &Agreement,
    actor: &Actor,
    links: &Links,
    offers: &[Offer],
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let edits = actor.may_edit_agreements();
    let none = links.products.is_empty() && links.interactions.is_empty();
    if none && !edits {
        return None;
    }
    let remove = |kind: Kind, id: Uuid, name: String| {
        edits.then(|| {
            view! {
                <form method="post" action=UnlinkAgreement::PATH>
                    <input type="hidden" name="id" value=agreement.number.clone() />
                    <input type="hidden" name="kind" value=kind.code() />
                    <input type="hidden" name="subject" value=id.to_string() />
                    <button class="button quiet small">{t.links_remove()}<span class="visually-hidden">" "{name}</span></button>
                </form>
            }
        })
    };
    let products = links
        .products
        .iter()
        .map(|product| {
            let name = language.prefer(&product.name_en, &product.name_zh).to_owned();
            let second = (!product.generic_name.is_empty() && product.generic_name != name)
                .then(|| view! { <span class="second whole">{product.generic_name.clone()}</span> });
            view! {
                <tr>
                    <th scope="row"><a href=Kind::Product.url(product.id)>{name.clone()}</a>{second}</th>
                    <td>{t.link_kind_of(Kind::Product)}</td>
                    {edits.then(|| view! { <td class="removal">{remove(Kind::Product, product.id, name)}</td> })}
                </tr>
            }
        })
        .collect_view();
    let interactions = links
        .interactions
        .iter()
        .map(|one| {
            let manner = Manner::from_code(&one.kind).map(|kind| t.interaction_kind_of(kind)).unwrap_or_default();
            let name = format!("{manner} · {}", Timestamp(one.at).day(language));
            let with: Vec<&str> = links
                .companies
                .get(&one.id)
                .into_iter()
                .flatten()
                .map(|(_, en, zh)| language.prefer(en, zh))
                .collect();
            view! {
                <tr>
                    <th scope="row"><a href=Kind::Interaction.url(one.id)>{name.clone()}</a>
                        <span class="second whole">{with.join(t.form_comma())}</span></th>
                    <td>{t.link_kind_of(Kind::Interaction)}" "<span class="badge neutral">{t.links_internal()}</span></td>
                    {edits.then(|| view! { <td class="removal">{remove(Kind::Interaction, one.id, name)}</td> })}
                </tr>
            }
        })
        .collect_view();
    let table = if none {
        view! { <p class="hint">{t.links_none()}</p> }.into_any()
    } else {
        view! {
            <div class="documents records"><table>
                <thead><tr>
                    <th scope="col">{t.links_record()}</th><th scope="col">{t.links_kind()}</th>
                    {edits.then(|| view! { <th scope="col"><span class="visually-hidden">{t.links_remove()}</span></th> })}
                </tr></thead>
                <tbody>{products}{interactions}</tbody>
            </table></div>
        }
        .into_any()
    };
    let form = edits.then(|| add(agreement, offers, refused, t));
    Some(view! { <section class="panel" id="links"><h2>{t.links_title()}</h2>{table}{form}</section> }.into_any())
}

fn add(agreement: &Agreement, offers: &[Offer], refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, LinkAgreement::PATH);
    let open = state.error().is_some();
    let options = offers
        .iter()
        .map(|(value, label)| view! { <option value=value.clone() label=label.clone()></option> })
        .collect_view();
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.links_add()}</summary>
            <form class="form" method="post" action=LinkAgreement::PATH novalidate>
                <ErrorSummary form=state.clone() labels=vec![("link", t.links_record())] />
                <input type="hidden" name="id" value=agreement.number.clone() />
                <TextField form=state name="link" label=t.links_record() hint=t.links_hint() value="" autocomplete="off"
                    list="linkable" />
                <datalist id="linkable" data-from=format!("{}/suggestions", agreement.url())>{options}</datalist>
                <div class="form-actions"><button class="button primary">{t.links_add()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// The agreements that are linked to a record, as far as somebody may know of them; none for who has nothing to do with any.
pub async fn agreements_of(tx: &mut Tx, actor: &Actor, kind: Kind, id: Uuid) -> Result<Vec<AgreementLine>> {
    match actor.opens_agreements() {
        Ok(scope) => agreements::linked_to(tx, kind.code(), id, &scope, MOST).await,
        Err(Error::Forbidden) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The agreements on the page of a linked record.
pub fn section(lines: &[AgreementLine], now: Timestamp, t: &'static Texts, language: Language) -> Option<AnyView> {
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel" id="agreements">
                <h2>{t.agreement_company_panel()}</h2>{short_table(lines, now, t, language)}
            </section>
        }
        .into_any()
    })
}
