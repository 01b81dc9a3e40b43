//! Where one signs: `/agreements/{id}/sign` with an account, `/sign/{token}` as a guest. Only whose turn it is, or was, sees
//! it, and exactly the text that is to be signed.

mod forms;

use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use uuid::Uuid;

use super::acting::{guest_place, guest_url, is_own};
use super::door;
use super::groups::{Plan, Stand};
use super::model::Signatory;
use super::store;
use crate::actor::Actor;
use crate::agreement::files::{self, File};
use crate::agreement::life::State;
use crate::agreement::model::{Agreement, Key, Scope, Tongue};
use crate::agreement::store as agreements;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::document::download;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts};
use crate::notification;
use crate::time::Timestamp;
use crate::ui::moment::Moment;
use crate::web::in_time;
use crate::web::page::{At, Page, Section, dead_link, error_response};

/// Where a guest is led who gave their place to somebody else.
pub const DELEGATED: &str = "/sign/delegated";
/// Where a guest is led without whom it cannot be signed, and who declined.
pub const DECLINED: &str = "/sign/declined";

/// What the page of a signer shows.
pub struct SignPage {
    pub agreement: Agreement,
    pub state: State,
    pub place: Signatory,
    pub stand: Stand,
    /// The party for which they sign, and its place among the parties.
    pub party: (usize, String, String),
    /// The files of the text that is to be signed, in the reader's language first.
    pub files: Vec<(Tongue, File)>,
    /// Its number, as the parties count.
    pub version: Option<agreements::Version>,
    /// What a guest's link carries; empty for an account.
    pub token: String,
}

async fn read(
    tx: &mut Tx,
    agreement: Agreement,
    place: Signatory,
    plan: &Plan,
    token: &str,
    language: Language,
    now: Timestamp,
) -> Result<SignPage> {
    let parties = agreements::parties(tx, agreement.id).await?;
    let at = parties.iter().position(|party| party.id == place.party).ok_or(Error::NotFound)?;
    let versions = agreements::versions(tx, agreement.id, true).await?;
    let version = versions.into_iter().find(|version| Some(version.id) == place.version);
    let all = files::of_agreement(tx, agreement.id, true).await?;
    let mut texts: Vec<(Tongue, File)> = agreements::texts(tx, agreement.id)
        .await?
        .into_iter()
        .filter(|text| Some(text.version) == place.version)
        .filter_map(|text| Some((text.tongue(), all.iter().find(|file| file.id == text.document)?.clone())))
        .collect();
    let own = if language == Language::Zh { Tongue::Zh } else { Tongue::En };
    texts.sort_by_key(|(tongue, _)| *tongue != own);
    Ok(SignPage {
        stand: plan.stand(place.id, now.0).ok_or(Error::NotFound)?,
        state: agreement.state(now),
        party: (at, parties[at].name_en.clone(), parties[at].name_zh.clone()),
        agreement,
        place,
        files: texts,
        version,
        token: token.to_owned(),
    })
}

/// `/agreements/{id}/sign`: of several places of one person the one whose turn it is.
pub async fn account(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let key = Key::parse(at.parameter("id"))?;
    let (now, language) = (ctx.now, visit.language);
    let agreement = agreements::find(&mut ctx.tx, &key, &scope).await?;
    let (all, plan) = store::plan(&mut ctx.tx, agreement.id).await?;
    let parties = agreements::parties(&mut ctx.tx, agreement.id).await?;
    let mut own: Vec<Signatory> = all
        .into_iter()
        .filter(|place| is_own(place, &ctx.actor, &parties) && place.sent_at.is_some())
        .filter(|place| !matches!(plan.stand(place.id, now.0), None | Some(Stand::Waits | Stand::Withdrawn)))
        .collect();
    own.sort_by_key(|place| plan.stand(place.id, now.0) != Some(Stand::Turn));
    let place = own.into_iter().next().ok_or(Error::NotFound)?;
    notification::seen(&visit, &mut ctx.tx, &mut ctx.actor, agreement.id).await?;
    let page = read(&mut ctx.tx, agreement, place, &plan, "", language, now).await?;
    let actor = ctx.actor;
    Ok(draw(&visit, page, Some(actor)).section(Section::Agreements))
}

/// `/sign/{token}`
pub async fn guest(visit: Visit, at: At) -> Result<Page> {
    let token = at.token().to_owned();
    match guest_url(&token).as_str() {
        DELEGATED => return done(&visit, |t| (t.signing_delegated(), t.signing_delegated_next())).await,
        DECLINED => return done(&visit, |t| (t.signing_you_declined(), t.signing_declined_next())).await,
        _ => {}
    }
    let (mut tx, actor) = visit.look().await?;
    let now = visit.now();
    let (agreement, place) = match guest_place(&mut tx, &token, now).await {
        Err(Error::Refused(Refusal::DeadLink)) => {
            drop(tx);
            return dead_link(&visit, visit.texts().signing_dead_next(), None).await;
        }
        found => found?,
    };
    let (_, plan) = store::plan(&mut tx, agreement).await?;
    // Let in while there was nothing to be seen: the text is shown to whoever types another code.
    let unseen = place.opened_at.is_none() && plan.stand(place.id, now.0) == Some(Stand::Turn);
    if unseen || !door::is_inside(&mut tx, place.id, visit.guest.as_deref(), now).await? {
        let awaits = door::awaits(&mut tx, place.id, now).await?;
        return Ok(forms::door(&visit, token, masked(&place.signer().email), awaits).actor(actor));
    }
    let agreement = agreements::find(&mut tx, &Key::Id(agreement), &Scope::All).await?;
    let page = read(&mut tx, agreement, place, &plan, &token, visit.language, now).await?;
    Ok(draw(&visit, page, actor))
}

/// An address of which whoever knows it recognises it, and nobody else learns it: `m…@example.org`.
fn masked(email: &str) -> String {
    match email.split_once('@') {
        Some((name, domain)) => format!("{}…@{domain}", name.chars().next().unwrap_or('…')),
        None => "…".to_owned(),
    }
}

/// What a guest is told whose place is gone with what they did.
async fn done(visit: &Visit, texts: fn(&'static Texts) -> (&'static str, &'static str)) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let page = Page::new(texts(visit.texts()).0, move |t| {
        let (title, next) = texts(t);
        view! { <section class="problem"><h1>{title}</h1><p>{next}</p></section> }.into_any()
    });
    Ok(page.actor(actor))
}

fn draw(visit: &Visit, page: SignPage, actor: Option<Actor>) -> Page {
    let language = visit.language;
    let refused = visit.refused.clone();
    let title = page.agreement.title(language).to_owned();
    let drawn = Page::new(title.clone(), move |t| {
        let agreement = &page.agreement;
        let other = match language {
            Language::En => &agreement.facts.title_zh,
            Language::Zh => &agreement.facts.title_en,
        };
        let other = (!other.is_empty() && *other != title).then(|| view! { <p class="subtitle">{other.clone()}</p> });
        let crumb = page.token.is_empty().then(|| {
            view! { <p class="crumbs"><a href=agreement.url()>{agreement.number.clone()}</a></p> }
        });
        let body = forms::body(&page, refused.as_ref(), t, language);
        view! {
            <header class="page-head">
                {crumb}
                <h1>{title}</h1>
                {other}
                <p class="number">{agreement.number.clone()}" · "{t.agreement_kind_of(agreement.facts.kind)}</p>
            </header>
            <div class="signing">{who(&page, t, language)}{body}</div>
        }
        .into_any()
    });
    drawn.actor(actor)
}

/// Who signs, for whom and until when.
fn who(page: &SignPage, t: &'static Texts, language: Language) -> AnyView {
    let signer = page.place.signer();
    let (place, en, zh) = &page.party;
    let party = t.agreement_party_of(crate::agreement::model::party_letter(*place, language));
    let party = format!("{party}{}{}", t.form_colon(), language.prefer(en, zh));
    let until = page.place.expires_at.filter(|_| matches!(page.stand, Stand::Turn | Stand::Expired));
    let mut rows: Vec<(&'static str, AnyView)> = vec![(t.signing_signer(), signer.name.into_any())];
    if !signer.title.is_empty() {
        rows.push((t.signing_title_field(), signer.title.into_any()));
    }
    if page.place.is_delegated() {
        rows.push((t.signing_on_behalf_of(), page.place.name.clone().into_any()));
    }
    rows.push((t.signing_for(), party.into_any()));
    if let Some(at) = until {
        rows.push((t.signing_until(), view! { <Moment at=Timestamp(at).minus(1) language=language /> }.into_any()));
    }
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// `GET /sign/{token}/files/{document}`: a file of the text, for the guest who was let in.
pub async fn file(visit: Visit, Path((token, document)): Path<(String, String)>) -> Response {
    match in_time(guest_file(&visit, &token, &document)).await {
        Ok(content) => match download::answer(&visit, &content).await {
            Ok(answer) => answer,
            Err(error) => error_response(&visit, &error).await,
        },
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn guest_file(visit: &Visit, token: &str, document: &str) -> Result<download::Content> {
    let document: Uuid = document.parse().map_err(|_| Error::NotFound)?;
    let mut tx = visit.backend.database.read().await?;
    let now = visit.now();
    let (agreement, place) = guest_place(&mut tx, token, now).await.map_err(|_| Error::NotFound)?;
    let inside = door::is_inside(&mut tx, place.id, visit.guest.as_deref(), now).await?;
    // Before it was their turn there is nothing to be seen.
    if !inside || place.opened_at.is_none() {
        return Err(Error::NotFound);
    }
    let texts = agreements::texts(&mut tx, agreement).await?;
    if !texts.iter().any(|text| text.document == document && Some(text.version) == place.version) {
        return Err(Error::NotFound);
    }
    let file = files::any_of(&mut tx, agreement, document).await?.ok_or(Error::NotFound)?;
    if !file.is_given() {
        return Err(Error::NotFound);
    }
    Ok(download::Content {
        name: file.name,
        media_type: file.media_type,
        sha256: file.sha256,
        scan: file.scan,
        back: guest_url(token),
        section: Section::None,
    })
}
