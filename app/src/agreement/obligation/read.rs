//! What the pages of obligations need, read in one transaction each.

use std::collections::HashMap;

use uuid::Uuid;

use super::filter::{ObligationFilter, On, Which};
use super::life::State;
use super::model::Obligation;
use super::store::{self, Evidence, FEW_COUNTED, MOST_COUNTED, ObligationLine, Side, Step, Whose};
use crate::actor::{Actor, Rights, Role, require};
use crate::agreement::files::{self, File};
use crate::agreement::model::{Agreement, Key, Scope};
use crate::agreement::store::{self as agreements, Party};
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::calendar;
use crate::calendar::model::Calendar;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::notification;
use crate::time::Timestamp;

/// Rows on a page of the list.
pub const PAGE: i64 = 50;
/// Cards in a column of the board.
pub const CARDS: i64 = 12;
/// Rows on an agreement's page, and on a company's.
pub const FEW: i64 = 12;
/// So many obligations a matrix has.
pub const MATRIX: i64 = 300;

/// Who stands on which side, by obligation.
pub type Sides = HashMap<Uuid, Vec<Side>>;

pub struct ObligationPage {
    pub actor: Actor,
    pub agreement: Agreement,
    /// Whether the agreement binds, or did until it ended.
    pub binding: bool,
    pub parties: Vec<Party>,
    pub obligation: Obligation,
    pub sides: Vec<Side>,
    pub evidence: Vec<Evidence>,
    pub documents: Vec<(Uuid, Option<Uuid>)>,
    pub files: Vec<File>,
    pub steps: Vec<Step>,
    pub calendar: Calendar,
    pub now: Timestamp,
}

impl ObligationPage {
    /// The sides on which this person acts with such rights: of owing ones, or of benefiting ones.
    pub fn mine(&self, on: On, rights: Rights) -> impl Iterator<Item = &Side> {
        self.sides.iter().filter(move |side| {
            (if on == On::Owes { side.owes } else { side.benefits })
                && self.actor.represents(side.company, rights).is_ok()
        })
    }

    /// The evidence that stands.
    pub fn standing_evidence(&self) -> Option<&Evidence> {
        self.evidence.iter().find(|shown| shown.refused_at.is_none())
    }

    pub fn is_overdue(&self) -> bool {
        self.binding && self.obligation.state.is_awaited() && self.obligation.due_at <= self.now.0
    }
}

pub async fn read_obligation(visit: &Visit, id: &str, number: &str) -> Result<ObligationPage> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let now = ctx.now;
    let agreement = agreements::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    let number = number.parse().map_err(|_| Error::NotFound)?;
    let obligation = store::find(&mut ctx.tx, agreement.id, number).await?;
    notification::seen(visit, &mut ctx.tx, &mut ctx.actor, obligation.id).await?;
    let tx = &mut ctx.tx;
    Ok(ObligationPage {
        binding: super::model::is_binding(agreement.state(now)),
        parties: agreements::parties(tx, agreement.id).await?,
        sides: store::sides(tx, obligation.id).await?,
        evidence: store::evidence(tx, obligation.id).await?,
        documents: store::documents(tx, obligation.id).await?,
        // All of them are shared: evidence is for the parties.
        files: files::of_agreement(tx, agreement.id, false).await?,
        steps: store::steps(tx, obligation.id).await?,
        calendar: calendar::store::calendar(tx).await?,
        actor: ctx.actor,
        agreement,
        obligation,
        now,
    })
}

pub struct PlanPage {
    pub actor: Actor,
    pub agreement: Agreement,
    pub parties: Vec<Party>,
    /// The obligation that is changed, and who stands on its sides; none for a new one.
    pub obligation: Option<(Obligation, Vec<Side>)>,
    /// Whether evidence was shown, so that it must be said why.
    pub shown: bool,
}

/// What the form of a new obligation needs, or that of an existing one.
pub async fn plan_page(visit: &Visit, id: &str, number: Option<&str>) -> Result<PlanPage> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let agreement = agreements::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    require(ctx.actor.may_edit_agreements())?;
    let parties = agreements::parties(&mut ctx.tx, agreement.id).await?;
    let (mut obligation, mut shown) = (None, false);
    if let Some(number) = number {
        let number = number.parse().map_err(|_| Error::NotFound)?;
        let found = store::find(&mut ctx.tx, agreement.id, number).await?;
        shown = !store::evidence(&mut ctx.tx, found.id).await?.is_empty();
        let sides = store::sides(&mut ctx.tx, found.id).await?;
        obligation = Some((found, sides));
    }
    Ok(PlanPage { actor: ctx.actor, agreement, parties, obligation, shown })
}

pub struct ObligationList {
    pub actor: Actor,
    pub lines: Vec<ObligationLine>,
    pub sides: Sides,
    /// How many there are, as far as it is counted.
    pub count: i64,
    /// The company whose list it is, and its name; none where it is of all.
    pub company: Option<(Uuid, String)>,
    /// How many it owes, is owed, and owes late.
    pub parts: Option<[i64; 3]>,
    pub calendar: Calendar,
    pub now: Timestamp,
}

/// Whose obligations somebody's list is of: a representative's of the company acted for, and of no other.
async fn whose(tx: &mut Tx, actor: &Actor, filter: &ObligationFilter) -> Result<Whose> {
    let scope = actor.lists_agreements()?;
    let companies = match &scope {
        Scope::Of(companies) => Some(companies.clone()),
        _ if filter.company.is_some() => filter.company.map(|company| vec![company]),
        _ if !filter.company_name.is_empty() => Some(store::companies_like(tx, &filter.company_name).await?),
        _ => None,
    };
    Ok(Whose { scope, companies })
}

async fn name_of(tx: &mut Tx, whose: &Whose, language: Language) -> Result<Option<(Uuid, String)>> {
    let Some([company]) = whose.companies.as_deref() else { return Ok(None) };
    let found = crate::company::store::find(tx, *company).await?;
    Ok(found.map(|found| (*company, language.prefer(&found.facts.name_en, &found.facts.name_zh).to_owned())))
}

pub async fn list_obligations(visit: &Visit, filter: &ObligationFilter) -> Result<ObligationList> {
    let mut ctx = visit.read().await?;
    let (now, language) = (ctx.now, visit.language);
    let whose = whose(&mut ctx.tx, &ctx.actor, filter).await?;
    let tx = &mut ctx.tx;
    let lines = store::list(tx, &whose, filter, now, Some((PAGE, (filter.page - 1) * PAGE))).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let company = name_of(tx, &whose, language).await?;
    let mut parts = None;
    if whose.companies.as_ref().is_some_and(|companies| companies.len() == 1) {
        let of = |side, which| ObligationFilter { side: Some(side), which, ..ObligationFilter::default() };
        parts = Some([
            store::count(tx, &whose, &of(On::Owes, Which::Open), now, FEW_COUNTED).await?,
            store::count(tx, &whose, &of(On::Benefits, Which::Open), now, FEW_COUNTED).await?,
            store::count(tx, &whose, &of(On::Owes, Which::Overdue), now, FEW_COUNTED).await?,
        ]);
    }
    Ok(ObligationList {
        sides: store::sides_of(tx, &ids).await?,
        count: store::count(tx, &whose, filter, now, MOST_COUNTED).await?,
        calendar: calendar::store::calendar(tx).await?,
        actor: ctx.actor,
        lines,
        company,
        parts,
        now,
    })
}

/// Everything that a filter finds, for a spreadsheet.
pub async fn export_obligations(
    visit: &Visit,
    filter: &ObligationFilter,
) -> Result<(Vec<ObligationLine>, Sides, Calendar, Timestamp)> {
    let mut ctx = visit.read().await?;
    let whose = whose(&mut ctx.tx, &ctx.actor, filter).await?;
    ctx.actor.takes_files()?;
    if filter.is_everything() && ctx.actor.role.works_in_zone() {
        ctx.require_recent()?;
    }
    let lines = store::list(&mut ctx.tx, &whose, filter, ctx.now, None).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let sides = store::sides_of(&mut ctx.tx, &ids).await?;
    Ok((lines, sides, calendar::store::calendar(&mut ctx.tx).await?, ctx.now))
}

pub struct Board {
    pub actor: Actor,
    /// Each state, how many stand there as far as it is counted, and the most urgent of them.
    pub columns: Vec<(State, i64, Vec<ObligationLine>)>,
    pub sides: Sides,
    pub company: Option<(Uuid, String)>,
    pub calendar: Calendar,
    pub now: Timestamp,
}

pub async fn read_board(visit: &Visit, filter: &ObligationFilter) -> Result<Board> {
    let mut ctx = visit.read().await?;
    let (now, language) = (ctx.now, visit.language);
    let whose = whose(&mut ctx.tx, &ctx.actor, filter).await?;
    let tx = &mut ctx.tx;
    let mut columns = Vec::new();
    for state in State::ALL {
        let of = ObligationFilter { which: Which::State(*state), ..filter.clone() };
        let lines = store::list(tx, &whose, &of, now, Some((CARDS, 0))).await?;
        let shown = i64::try_from(lines.len()).unwrap_or_default();
        let count = if shown < CARDS { shown } else { store::count(tx, &whose, &of, now, FEW_COUNTED).await? };
        columns.push((*state, count, lines));
    }
    let ids: Vec<Uuid> = columns.iter().flat_map(|(.., lines)| lines.iter().map(|line| line.id)).collect();
    Ok(Board {
        sides: store::sides_of(tx, &ids).await?,
        company: name_of(tx, &whose, language).await?,
        calendar: calendar::store::calendar(tx).await?,
        actor: ctx.actor,
        columns,
        now,
    })
}

pub struct Matrix {
    pub actor: Actor,
    pub agreement: Agreement,
    pub parties: Vec<Party>,
    pub lines: Vec<ObligationLine>,
    pub sides: Sides,
    /// How many there are in all.
    pub count: i64,
    pub calendar: Calendar,
    pub now: Timestamp,
}

pub async fn read_matrix(visit: &Visit, id: &str) -> Result<Matrix> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let agreement = agreements::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    let tx = &mut ctx.tx;
    let lines = store::of_agreement(tx, agreement.id, MATRIX).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    Ok(Matrix {
        parties: agreements::parties(tx, agreement.id).await?,
        sides: store::sides_of(tx, &ids).await?,
        count: store::last_number(tx, agreement.id).await?,
        calendar: calendar::store::calendar(tx).await?,
        now: ctx.now,
        actor: ctx.actor,
        agreement,
        lines,
    })
}

/// A few obligations on another record's page: the most urgent, who stands on their sides, and how many there are.
pub struct Few {
    pub lines: Vec<ObligationLine>,
    pub sides: Sides,
    pub count: i64,
    pub calendar: Calendar,
    pub now: Timestamp,
}

async fn few(tx: &mut Tx, lines: Vec<ObligationLine>, count: i64, now: Timestamp) -> Result<Few> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let sides = store::sides_of(tx, &ids).await?;
    Ok(Few { lines, sides, count, calendar: calendar::store::calendar(tx).await?, now })
}

/// Those of an agreement, which this person may know of.
pub async fn of_agreement(tx: &mut Tx, agreement: Uuid, now: Timestamp) -> Result<Few> {
    let lines = store::of_agreement(tx, agreement, FEW).await?;
    let count = store::last_number(tx, agreement).await?;
    few(tx, lines, count, now).await
}

/// The open ones of a company, as far as this person may know of them; none for who has nothing to do with agreements.
pub async fn of_company(tx: &mut Tx, actor: &Actor, company: Uuid, now: Timestamp) -> Result<Option<Few>> {
    let scope = match actor.opens_agreements() {
        Ok(Scope::Of(companies)) if !companies.contains(&company) => return Ok(None),
        Ok(scope) => scope,
        Err(Error::Forbidden) => return Ok(None),
        Err(error) => return Err(error),
    };
    let whose = Whose { scope, companies: Some(vec![company]) };
    let filter = ObligationFilter::default();
    let lines = store::list(tx, &whose, &filter, now, Some((FEW, 0))).await?;
    let shown = i64::try_from(lines.len()).unwrap_or_default();
    let count = if shown < FEW { shown } else { store::count(tx, &whose, &filter, now, FEW_COUNTED).await? };
    Ok(Some(few(tx, lines, count, now).await?))
}

/// What waits for this person: of a representative what their companies owe soon and have to answer, of staff what is late
/// or disputed in agreements that they look after.
pub async fn waiting(tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Option<Few>> {
    const SOON: i64 = 30 * Timestamp::DAY;
    const SHOWN: i64 = 8;
    let lines = match actor.role {
        Role::Administrator | Role::Staff => store::waiting_for_staff(tx, actor.id, now, SHOWN).await?,
        Role::Representative if !actor.affiliations.is_empty() => {
            let companies: Vec<Uuid> = actor.affiliations.iter().map(|affiliation| affiliation.company).collect();
            store::waiting(tx, &companies, now.plus(SOON), now, SHOWN).await?
        }
        _ => return Ok(None),
    };
    if lines.is_empty() {
        return Ok(None);
    }
    let count = i64::try_from(lines.len()).unwrap_or_default();
    Ok(Some(few(tx, lines, count, now).await?))
}
