//! What an agreement's page shows of its certificates, and the files of them for who may know of the agreement.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::super::files::ANCHOR as DOCUMENTS;
use super::super::model::{Agreement, Key};
use super::super::store as agreements;
use super::api::CertifyAgreement;
use super::key::{pem, shown_code};
use super::make::is_certified;
use super::store::{self, Certificate};
use super::verify;
use crate::actor::Actor;
use crate::backend::context::{Ctx, Visit};
use crate::backend::database::Tx;
use crate::document::download::Content;
use crate::document::model::{ScanState, size_text};
use crate::error::{Error, Result, internal};
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::moment::Moment;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{Section, download, error_response};

/// Its place on the agreement's page.
pub const ANCHOR: &str = "#certificate";

/// The certificates of an agreement, and whether one is still to be made.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    all: Vec<Certificate>,
    due: bool,
}

impl Certificates {
    pub async fn read(tx: &mut Tx, agreement: &Agreement) -> Result<Self> {
        if !is_certified(agreement) {
            return Ok(Self::default());
        }
        let all = store::of_agreement(tx, agreement.id).await?;
        Ok(Self { all, due: store::is_due(tx, agreement.id).await? })
    }

    /// The section of the agreement's page; none where there is nothing to show.
    pub fn panel(
        &self,
        agreement: &Agreement,
        actor: &Actor,
        t: &'static Texts,
        language: Language,
    ) -> Option<AnyView> {
        let now = self.all.iter().find(|certificate| certificate.replaced_at.is_none());
        if now.is_none() && !self.due {
            return None;
        }
        let again = (now.is_some() && actor.may_edit_agreements()).then(|| {
            view! {
                <form method="post" action=CertifyAgreement::PATH>
                    <input type="hidden" name="id" value=agreement.number.clone() />
                    <p class="hint">{t.certificate_again_hint()}</p>
                    <button class="button small">{t.certificate_again()}</button>
                </form>
            }
        });
        let pending = (now.is_none() && self.due).then(|| view! { <p class="hint">{t.certificate_pending()}</p> });
        let earlier: Vec<&Certificate> = self.all.iter().filter(|one| one.replaced_at.is_some()).collect();
        let earlier = (!earlier.is_empty()).then(|| {
            let items = earlier.into_iter().map(|one| view! { <li>{shown(agreement, one, t, language)}</li> });
            view! {
                <details><summary>{t.certificate_earlier()}</summary><ul class="plain">{items.collect_view()}</ul></details>
            }
        });
        Some(
            view! {
                <section class="panel" id="certificate">
                    <h2>{t.certificate_title()}</h2>
                    <p class="hint">{t.certificate_hint()}</p>
                    {pending}
                    {now.map(|one| shown(agreement, one, t, language))}
                    {again}
                    {earlier}
                </section>
            }
            .into_any(),
        )
    }
}

fn shown(agreement: &Agreement, one: &Certificate, t: &'static Texts, language: Language) -> AnyView {
    let replaced = one.replaced_at.map(|at| {
        view! { <dt>{t.certificate_replaced_at()}</dt><dd><Moment at=Timestamp(at) language=language /></dd> }
    });
    let verified = verify::address("", &one.code);
    let json = format!("{}/certificate.json?code={}", agreement.url(), one.code);
    view! {
        <ul class="plain">
            <li><a href=one.document_url() download>{t.certificate_pdf()}</a>" · "{size_text(one.size)}</li>
            <li><a href=json download>{t.certificate_json()}</a></li>
            <li><a href=verified>{t.certificate_verify()}</a></li>
        </ul>
        <dl class="facts">
            <dt>{t.certificate_code()}</dt><dd><code>{shown_code(&one.code)}</code></dd>
            <dt>{t.certificate_made_at()}</dt><dd><Moment at=Timestamp(one.made_at) language=language /></dd>
            {replaced}
        </dl>
    }
    .into_any()
}

/// The PDF of a certificate, for whom may know of the agreement.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or none of an agreement that this person may know of.
pub async fn open(ctx: &mut Ctx, document: Uuid) -> Result<Content> {
    let certificate = store::with_document(&mut ctx.tx, document).await?.ok_or(Error::NotFound)?;
    let scope = ctx.actor.opens_agreements().map_err(|_| Error::NotFound)?;
    let agreement = agreements::find(&mut ctx.tx, &Key::Id(certificate.agreement_id), &scope).await?;
    Ok(Content {
        name: certificate.name,
        media_type: "application/pdf".to_owned(),
        sha256: certificate.sha256,
        scan: ScanState::Clean,
        back: format!("{}{DOCUMENTS}", agreement.url()),
        section: Section::Agreements,
    })
}

/// `/agreements/{id}/certificate.json`: the text that was signed, the signature, and the key; `?code=` asks for another than
/// the one that counts.
pub async fn download_json(visit: Visit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let code = Query::parse(query.as_deref().unwrap_or_default()).get("code").to_owned();
    match in_time(read_json(&visit, &id, &code)).await {
        Ok((number, json)) => download(&format!("{number}-certificate.json"), "application/json", json),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn read_json(visit: &Visit, id: &str, code: &str) -> Result<(String, Vec<u8>)> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    ctx.actor.takes_files()?;
    let agreement = agreements::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    let all = store::of_agreement(&mut ctx.tx, agreement.id).await?;
    let asked = |one: &Certificate| if code.is_empty() { one.replaced_at.is_none() } else { one.code == code };
    let one = all.into_iter().find(asked).ok_or(Error::NotFound)?;
    let json = serde_json::json!({
        "text": one.content,
        "signature": one.signature,
        "algorithm": "Ed25519",
        "public_key": pem(&one.public_key),
        "pdf_sha256": one.sha256,
        "verify": verify::address(&visit.backend.settings.url, &one.code),
    });
    let json = serde_json::to_vec_pretty(&json).map_err(|error| internal("certificate", &error))?;
    Ok((agreement.number, json))
}
