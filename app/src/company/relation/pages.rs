//! A company's relations on its page, and the form that adds one.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{AddRelation, EndRelation, RemoveRelation};
use super::model::{Kind, Side, lasts};
use super::store::{self, Related};
use crate::actor::CompanyScope;
use crate::backend::context::Visit;
use crate::company::choice::CompanyField;
use crate::company::model::url;
use crate::company::opened::{Opened, Panel};
use crate::company::store as companies;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextField};
use crate::ui::form_island::LiveForm;
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};

impl Texts {
    pub fn relation(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::ParentOf => self.relation_parent_of(),
            Kind::JointVenture => self.relation_joint_venture_of(),
            Kind::Licence => self.relation_licence(),
            Kind::AgentOf => self.relation_agent_of(),
            Kind::Competitor => self.relation_competitor(),
        }
    }

    pub fn side(&self, side: Side) -> &'static str {
        match side {
            Side::Parent => self.relation_parent(),
            Side::Subsidiary => self.relation_subsidiary(),
            Side::JointVenture => self.relation_joint_venture(),
            Side::Shareholder => self.relation_shareholder(),
            Side::Licensor => self.relation_licensor(),
            Side::Licensee => self.relation_licensee(),
            Side::Agent => self.relation_agent(),
            Side::Principal => self.relation_principal(),
            Side::Competitor => self.relation_competitor(),
        }
    }
}

/// The place of the relations on a company's page.
pub fn section_url(company: Uuid) -> String {
    format!("{}#relations", url(company))
}

/// Since when and until when, in words; empty when neither is known.
pub fn period(since: Option<&str>, until: Option<&str>, t: &'static Texts) -> String {
    match (since, until) {
        (None, None) => String::new(),
        (Some(since), None) => t.register_since(date(since, t.language)),
        (None, Some(until)) => t.register_until(date(until, t.language)),
        (Some(since), Some(until)) => t.register_period(date(since, t.language), date(until, t.language)),
    }
}

/// The relations that this person may know of, those that ended folded away.
pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    let (id, today) = (opened.company.id, opened.today());
    let internal = opened.actor().may_see_internals();
    let related = store::of_company(&mut opened.ctx.tx, id, internal).await?;
    let (adds, language) = (opened.may_change(), opened.language);
    let refused = opened.ctx.visit.refused.clone();
    if related.is_empty() && !adds {
        return Ok(None);
    }
    // Representatives know no other company's page.
    let linked = !matches!(opened.actor().companies(), CompanyScope::Own(_));
    let panel = Panel::new("relations", opened.texts().relation_title(), move |t| {
        let (now, before): (Vec<_>, Vec<_>) =
            related.into_iter().partition(|related| lasts(related.relation.until.as_deref(), &today));
        let of = Of { company: id, adds, internal, linked, today: &today, language };
        let former = (!before.is_empty()).then(|| {
            let table = of.table(&before, t);
            view! { <details class="folded"><summary>{t.relation_former(before.len())}</summary>{table}</details> }
        });
        let current = if now.is_empty() {
            view! { <p class="hint">{t.relation_none()}</p> }.into_any()
        } else {
            of.table(&now, t)
        };
        let add = adds.then(|| {
            let url = format!("{}/relations/new", url(id));
            view! { <p class="adding"><a class="button" href=url><Icon name="plus" />{t.relation_add()}</a></p> }
        });
        let ending = FormState::new(t, refused.as_ref(), EndRelation::PATH);
        let labels = vec![("until", t.register_last_day())];
        view! { <ErrorSummary form=ending labels=labels />{current}{former}{add} }.into_any()
    });
    Ok(Some(panel))
}

/// Of whom, and for whom, the relations are drawn.
struct Of<'a> {
    company: Uuid,
    adds: bool,
    internal: bool,
    linked: bool,
    today: &'a str,
    language: Language,
}

impl Of<'_> {
    fn table(&self, related: &[Related], t: &'static Texts) -> AnyView {
        let rows = related.iter().map(|related| self.row(related, t)).collect_view();
        view! { <div class="documents records"><table><tbody>{rows}</tbody></table></div> }.into_any()
    }

    fn row(&self, related: &Related, t: &'static Texts) -> AnyView {
        let relation = &related.relation;
        let side = t.side(Side::of(relation.kind, relation.from == self.company));
        let name = self.language.prefer(&related.name_en, &related.name_zh).to_owned();
        let other = if self.linked {
            view! { <a href=url(related.other)>{name.clone()}</a> }.into_any()
        } else {
            name.clone().into_any()
        };
        let note = (self.internal && !relation.note.is_empty())
            .then(|| view! { <span class="second whole">{relation.note.clone()}</span> });
        let lasts = lasts(relation.until.as_deref(), self.today);
        let forms = self.adds.then(|| {
            let asks = Asks { id: relation.id, company: self.company, name: &name };
            view! {
                <td class="removal">
                    {lasts.then(|| asks.end(self.today, t))}{asks.remove(t)}
                </td>
            }
        });
        view! {
            <tr>
                <th scope="row">{side}{t.form_colon()}{other}{note}</th>
                <td>{period(relation.since.as_deref(), relation.until.as_deref(), t)}</td>
                {forms}
            </tr>
        }
        .into_any()
    }
}

/// What is asked before a relation ends or goes.
struct Asks<'a> {
    id: Uuid,
    company: Uuid,
    name: &'a str,
}

impl Asks<'_> {
    fn end(&self, today: &str, t: &'static Texts) -> AnyView {
        let asks = format!("end-{}", self.id);
        let field = format!("until-{}", self.id);
        view! {
            <button type="button" class="button quiet small" popovertarget=asks.clone()>
                {t.register_end()}<span class="visually-hidden">" "{self.name.to_owned()}</span>
            </button>
            <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.register_end()>
                <form method="post" action=EndRelation::PATH>
                    <input type="hidden" name="id" value=self.id.to_string() />
                    <input type="hidden" name="company" value=self.company.to_string() />
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

    fn remove(&self, t: &'static Texts) -> AnyView {
        let asks = format!("remove-{}", self.id);
        view! {
            <button type="button" class="button quiet small" popovertarget=asks.clone()>
                {t.document_remove()}<span class="visually-hidden">" "{self.name.to_owned()}</span>
            </button>
            <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.document_remove()>
                <form method="post" action=RemoveRelation::PATH>
                    <input type="hidden" name="id" value=self.id.to_string() />
                    <input type="hidden" name="company" value=self.company.to_string() />
                    <p>{t.relation_remove_asks(self.name)}</p>
                    <div class="actions">
                        <button class="button danger primary">{t.document_remove()}</button>
                        <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                    </div>
                </form>
            </div>
        }
        .into_any()
    }
}

/// `/companies/{id}/relations/new`
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let mut opened = Opened::open(&visit, at.id()?).await?;
    crate::actor::require(opened.actor().may_edit_companies())?;
    if opened.company.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let language = visit.language;
    let choices = companies::choices(&mut opened.ctx.tx, language).await?;
    let facts = &opened.company.facts;
    let name = language.prefer(&facts.name_en, &facts.name_zh).to_owned();
    let company = opened.company.id;
    let actor = opened.ctx.actor;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().relation_add(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AddRelation::PATH);
        let sides = Side::ALL.into_iter().map(|side| (side.code().to_owned(), t.side(side).to_owned())).collect();
        let labels = vec![
            ("side", t.relation_side()),
            ("other_company", t.relation_other()),
            ("since", t.register_from_day()),
            ("until", t.register_to_day()),
            ("note", t.document_note()),
        ];
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=url(company)>{name}</a></p>
                <h1>{t.relation_add()}</h1>
            </header>
            <LiveForm action=AddRelation::PATH.to_owned() unreachable=t.error_unreachable().to_owned()
                colon=t.form_colon().to_owned() validate=false>
                <ErrorSummary form=form.clone() labels=labels />
                <FormId form=form.clone() />
                <input type="hidden" name="company" value=company.to_string() />
                <SelectField form=form.clone() name="side" label=t.relation_side() hint=t.relation_side_hint() options=sides
                    value="" nothing=t.register_choose() />
                <CompanyField form=form.clone() name="other_company" label=t.relation_other() value=String::new()
                    choices=choices language=language />
                <TextField form=form.clone() name="since" label=t.register_from_day() value="" kind="date" optional=true />
                <TextField form=form.clone() name="until" label=t.register_to_day() value="" kind="date" optional=true />
                <TextField form=form.clone() name="note" label=t.document_note() hint=t.relation_note_hint() value=""
                    optional=true autocomplete="off" />
                <div class="form-actions">
                    <button class="button primary">{t.relation_add()}</button>
                    <a class="button quiet" href=section_url(company)>{t.form_cancel()}</a>
                </div>
            </LiveForm>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}
