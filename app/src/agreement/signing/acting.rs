//! Who acts at a signatory's place: somebody with an account, or a guest who came by a link and a code. Whose place it is
//! not learns nothing of it.

use uuid::Uuid;

use super::door;
use super::groups::{Plan, Stand};
use super::model::{Method, Signatory};
use super::store::{self, By};
use crate::actor::Actor;
use crate::agreement::life::State;
use crate::agreement::model::{Agreement, Key, Scope};
use crate::agreement::store::{self as agreements, Party};
use crate::backend::context::{Ctx, Visit, redirect};
use crate::backend::database::Tx;
use crate::backend::journal::{self, Entry};
use crate::backend::link;
use crate::company::standing;
use crate::error::{Error, Hindrance, Refusal, Result};
use crate::time::Timestamp;

/// One step of a signer, in a transaction that holds the agreement.
pub struct Acting {
    pub tx: Tx,
    pub visit: Visit,
    pub now: Timestamp,
    pub agreement: Agreement,
    /// Where the agreement stands now.
    pub state: State,
    pub place: Signatory,
    /// Who is signed in; none for a guest.
    pub actor: Option<Actor>,
    /// What the guest's link carries.
    pub token: String,
}

/// The address of a guest's page.
pub fn guest_url(token: &str) -> String {
    format!("/sign/{token}")
}

impl Acting {
    /// Begins a step of a signer, who is asked again who they are if that was long ago: by password or second factor, or by
    /// another code.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without session and link; [`Error::NotFound`] for somebody else's place; [`Refusal::DeadLink`]
    /// for a link that works no more; [`Hindrance::CodeOver`] for a guest who was asked too long ago; [`Refusal::Archived`]
    /// where the company for which they would sign is archived.
    pub async fn begin(id: &str, signatory: &str, token: &str) -> Result<Self> {
        if !token.is_empty() {
            return Self::of_guest(Visit::current()?, token).await;
        }
        let mut ctx = Ctx::begin().await?;
        let place = signatory.parse().map_err(|_| Error::NotFound)?;
        let scope = ctx.actor.opens_agreements().map_err(|_| Error::NotFound)?;
        let key = Key::parse(id)?;
        agreements::hold(&mut ctx.tx, &key).await?;
        let agreement = agreements::find(&mut ctx.tx, &key, &scope).await?;
        let place = own_place(&mut ctx.tx, &agreement, place, &ctx.actor).await?;
        ctx.require_recent()?;
        for_open_company(&mut ctx.tx, &agreement, &place).await?;
        let Ctx { tx, actor, now, visit, .. } = ctx;
        let state = agreement.state(now);
        Ok(Self { tx, visit, now, agreement, state, place, actor: Some(actor), token: String::new() })
    }

    async fn of_guest(visit: Visit, token: &str) -> Result<Self> {
        let now = visit.now();
        let mut tx = visit.backend.database.begin().await?;
        let (agreement, _) = guest_place(&mut tx, token, now).await?;
        agreements::hold(&mut tx, &Key::Id(agreement)).await?;
        let agreement = agreements::find(&mut tx, &Key::Id(agreement), &Scope::All).await?;
        // As it is now that it is held.
        let (_, place) = guest_place(&mut tx, token, now).await?;
        if !door::is_inside(&mut tx, place.id, visit.guest.as_deref(), now).await? {
            return Err(Hindrance::CodeOver.into());
        }
        for_open_company(&mut tx, &agreement, &place).await?;
        let state = agreement.state(now);
        Ok(Self { tx, visit, now, agreement, state, place, actor: None, token: token.to_owned() })
    }

    /// Whether the person may sign or decline this text now.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn turn(&mut self, text: &str) -> Result<Plan> {
        if self.place.voided_at.is_some() || !self.state.takes_signatures() {
            return Err(Hindrance::RequestOver.into());
        }
        let current = agreements::current(&mut self.tx, self.agreement.id).await?.map(|text| text.id);
        if self.place.version != current || current.is_none_or(|id| id.to_string() != text) {
            return Err(Hindrance::NewText.into());
        }
        let (_, plan) = store::plan(&mut self.tx, self.agreement.id).await?;
        match plan.stand(self.place.id, self.now.0) {
            Some(Stand::Turn) if self.place.sent_at.is_none() => Err(Hindrance::NotYourTurn.into()),
            Some(Stand::Turn) if self.place.opened_at.is_none() => Err(Hindrance::NotOpened.into()),
            Some(Stand::Turn) => Ok(plan),
            Some(Stand::Waits) => Err(Hindrance::NotYourTurn.into()),
            _ => Err(Hindrance::RequestOver.into()),
        }
    }

    /// Who is written down beside a fact, on this visit.
    pub fn by<'a>(&self, visit: &'a Visit) -> By<'a> {
        let method = if self.actor.is_some() { Method::Account } else { Method::Code };
        By { visit: Some(visit), account: self.actor.as_ref().map(|actor| actor.id), method }
    }

    /// The page of this signer.
    pub fn url(&self) -> String {
        if self.token.is_empty() { format!("{}/sign", self.agreement.url()) } else { guest_url(&self.token) }
    }

    pub async fn record(&mut self, entry: Entry) -> Result<()> {
        let author = self.visit.author(self.actor.as_ref().map(|actor| actor.id));
        let author = journal::Author { now: self.now, ..author };
        journal::record(&mut self.tx, &author, entry).await
    }

    /// Records the step and leads back to the signer's page.
    pub async fn finish(mut self, entry: Entry) -> Result<()> {
        self.record(entry).await?;
        self.leave().await
    }

    pub async fn leave(self) -> Result<()> {
        let url = self.url();
        self.tx.commit().await?;
        redirect(&url);
        Ok(())
    }
}

/// A person's own place in an agreement. Of one's own place in an earlier round one may know, too.
async fn own_place(tx: &mut Tx, agreement: &Agreement, place: Uuid, actor: &Actor) -> Result<Signatory> {
    let parties = agreements::parties(tx, agreement.id).await?;
    match store::find(tx, place).await? {
        Some((of, place)) if of == agreement.id && is_own(&place, actor, &parties) => Ok(place),
        _ => Err(Error::NotFound),
    }
}

/// Refuses a step for a company that was archived: nothing is signed for one that is not in the register.
async fn for_open_company(tx: &mut Tx, agreement: &Agreement, place: &Signatory) -> Result<()> {
    let parties = agreements::parties(tx, agreement.id).await?;
    let party: Vec<Uuid> = parties.iter().filter(|party| party.id == place.party).map(|party| party.company).collect();
    standing::must_be_open(tx, &party).await
}

/// Whether this is the place of this person. Who does not act for the party any more signs for it no more, also if they
/// act for another one of the same agreement.
pub fn is_own(place: &Signatory, actor: &Actor, parties: &[Party]) -> bool {
    let acts = |party: &Party| party.id == place.party && actor.rights_in(party.company).is_some();
    place.signer().account == Some(actor.id) && (actor.role.works_in_zone() || parties.iter().any(acts))
}

/// The agreement and the place that a guest's link is for.
///
/// # Errors
/// [`Refusal::DeadLink`] when it is for nobody any more.
pub async fn guest_place(tx: &mut Tx, token: &str, now: Timestamp) -> Result<(Uuid, Signatory)> {
    let dead = Error::Refused(Refusal::DeadLink);
    let found = link::find(tx, link::Kind::Signature, token, now).await?;
    let (agreement, place) = store::find(tx, found.subject_id).await?.ok_or(dead.clone())?;
    let gone = place.voided_at.is_some() || place.withdrawn_at.is_some() || place.signer().account.is_some();
    if gone { Err(dead) } else { Ok((agreement, place)) }
}
