//! Signing on the agreement's page: who signs, in which order, who has and who is next. Staff plans it here; the parties read
//! names and where each stands, and neither addresses nor from where somebody signed.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::events::labels;
use super::groups::{Group, Plan, Stand};
use super::letters::last_day;
use super::model::{MOST_GROUPS, Signatory, USUAL_DAYS};
use super::plan::{AddSignatory, AskSignatures, ExtendSignatory, RemindSignatory, SetSigningRule, WithdrawSignatory};
use super::store::{self, Fact};
use crate::agreement::read::AgreementPage;
use crate::agreement::show::called;
use crate::backend::database::Tx;
use crate::backend::refused::RefusedPost;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::ui::query::Query;

/// What the section shows.
#[derive(Clone, Debug, Default)]
pub struct Signing {
    pub places: Vec<Signatory>,
    pub plan: Plan,
    /// What happened in this round and those before; read by the zone's people alone.
    pub facts: Vec<Fact>,
}

pub async fn read(tx: &mut Tx, agreement: uuid::Uuid, of_zone: bool) -> Result<Signing> {
    let (places, plan) = store::plan(tx, agreement).await?;
    let facts = if of_zone { store::facts(tx, agreement).await? } else { Vec::new() };
    Ok(Signing { places, plan, facts })
}

impl Signing {
    /// Whether signatures are asked for.
    pub fn is_asked(&self) -> bool {
        self.places.iter().any(|place| place.version.is_some() && place.withdrawn_at.is_none())
    }

    /// How many people have signed in the portal.
    pub fn given(&self) -> usize {
        self.places.iter().filter(|place| place.signed_at.is_some()).count()
    }

    fn of(&self, group: &Group) -> impl Iterator<Item = &Signatory> {
        self.places.iter().filter(move |place| place.group_number == group.number)
    }
}

/// The form that the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Add,
    Ask,
    Rule(i64),
    Place(uuid::Uuid),
}

/// The forms of this section, by the address that each posts to.
pub const FORMS: [&str; 6] = [
    AddSignatory::PATH,
    AskSignatures::PATH,
    SetSigningRule::PATH,
    ExtendSignatory::PATH,
    RemindSignatory::PATH,
    WithdrawSignatory::PATH,
];

fn asked(read: &AgreementPage, query: &Query) -> Option<Asked> {
    if !read.actor.may_edit_agreements() || !read.state.takes_signatories() {
        return None;
    }
    match query.get("do") {
        "signatory" => Some(Asked::Add),
        "ask" => may_ask(read).then_some(Asked::Ask),
        "group" => {
            let group = read.signing.plan.groups.iter().find(|group| group.number.to_string() == query.get("group"));
            group.filter(|_| !read.signing.is_asked()).map(|group| Asked::Rule(group.number))
        }
        "place" => {
            let place = read.signing.places.iter().find(|place| place.id.to_string() == query.get("place"));
            place.map(|place| Asked::Place(place.id))
        }
        _ => None,
    }
}

fn may_ask(read: &AgreementPage) -> bool {
    read.state.takes_signatures()
        && read.signing.places.iter().any(|place| place.version.is_none() && place.withdrawn_at.is_none())
}

/// Whether this person may know who signs: the zone always, the parties once signatures are asked for.
pub fn is_shown(read: &AgreementPage) -> bool {
    let staff = read.actor.may_edit_agreements() && read.state.takes_signatories();
    let plans = read.actor.role.works_in_zone() && !read.signing.places.is_empty();
    staff || plans || (read.agreement.shared_at.is_some() && read.signing.is_asked())
}

/// The section.
pub fn draw(read: &AgreementPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if !is_shown(read) {
        return None;
    }
    let signing = &read.signing;
    let edits = read.actor.may_edit_agreements() && read.state.takes_signatories();
    let url = read.agreement.url();
    let groups = signing.plan.groups.iter().map(|group| table(read, group, edits, t, language)).collect_view();
    let groups = if signing.plan.groups.is_empty() {
        view! { <p class="hint">{t.signing_nobody()}</p> }.into_any()
    } else {
        groups.into_any()
    };
    // Who is not in the plan signs on paper.
    let planned =
        |party: &uuid::Uuid| signing.places.iter().any(|place| place.party == *party && place.withdrawn_at.is_none());
    let rest: Vec<String> = read
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| !planned(&party.id) && read.signatures.iter().all(|there| there.party != party.id))
        .map(|(place, _)| called(place, t))
        .collect();
    let rest = (edits && !rest.is_empty() && !signing.places.is_empty())
        .then(|| view! { <p class="hint">{t.signing_on_paper_rest(rest.join(t.form_comma()))}</p> });
    let own = own(read, t);
    let buttons = edits.then(|| {
        let ask = may_ask(read).then(|| {
            let href = format!("{url}?do=ask#step");
            view! { <a class="button small primary" href=href>{t.signing_ask()}</a> }
        });
        let add = format!("{url}?do=signatory#step");
        view! {
            <div class="actions">
                {ask}<a class="button small" href=add><Icon name="plus" />{t.signing_add()}</a>
            </div>
        }
    });
    let facts = history(read, t, language);
    Some(
        view! {
            <section class="panel" id="signing"><h2>{t.signing_title()}</h2>{own}{groups}{rest}{buttons}{facts}</section>
        }
        .into_any(),
    )
}

/// Where the person is to sign themselves.
fn own(read: &AgreementPage, t: &'static Texts) -> Option<AnyView> {
    is_asked_of(read).then(|| {
        let href = format!("{}/sign", read.agreement.url());
        view! { <p class="notice attention"><Icon name="pencil" /><a href=href>{t.signing_your_turn()}</a></p> }
            .into_any()
    })
}

/// Whether it is this person's turn to sign.
pub fn is_asked_of(read: &AgreementPage) -> bool {
    read.state.takes_signatures()
        && read.signing.places.iter().any(|place| {
            place.signer().account == Some(read.actor.id)
                && place.sent_at.is_some()
                && read.signing.plan.stand(place.id, read.now.0) == Some(Stand::Turn)
        })
}

fn rule_text(group: &Group, t: &'static Texts) -> String {
    match group.rule {
        Some(needed) => t.signing_so_many(needed, group.size()),
        None => t.signing_all().to_owned(),
    }
}

fn stand_badge(stand: Stand, place: &Signatory, zone: bool, t: &'static Texts) -> (&'static str, &'static str) {
    match stand {
        Stand::Waits => ("badge neutral", t.signing_stand_waits()),
        Stand::Turn if place.sent_at.is_none() => ("badge neutral", t.signing_stand_planned()),
        Stand::Turn if zone && place.opened_at.is_some() => ("badge info", t.signing_stand_opened()),
        Stand::Turn => ("badge attention", t.signing_stand_turn()),
        Stand::Expired => ("badge danger", t.signing_stand_expired()),
        Stand::Signed => ("badge good", t.signing_stand_signed()),
        Stand::Declined => ("badge danger", t.signing_stand_declined()),
        Stand::Withdrawn => ("badge neutral", t.signing_stand_withdrawn()),
        Stand::NotNeeded => ("badge neutral", t.signing_stand_not_needed()),
    }
}

fn table(read: &AgreementPage, group: &Group, edits: bool, t: &'static Texts, language: Language) -> AnyView {
    let zone = read.actor.role.works_in_zone();
    let rows = read.signing.of(group).map(|place| row(read, place, edits, zone, t, language)).collect_view();
    let rule = (edits && !read.signing.is_asked() && group.size() > 1).then(|| {
        let href = format!("{}?do=group&group={}#step", read.agreement.url(), group.number);
        view! { " "<a href=href>{t.signing_change_rule()}</a> }
    });
    let head = format!("{} · {}", t.signing_group_of(group.number), rule_text(group, t));
    let done = group.is_complete().then(|| view! { " "<span class="badge good">{t.signing_group_done()}</span> });
    view! {
        <h3>{head}{done}{rule}</h3>
        <div class="documents records"><table>
            <thead><tr>
                <th scope="col">{t.signing_signer()}</th><th scope="col">{t.signing_for()}</th>
                <th scope="col">{t.agreement_state()}</th>
                {edits.then(|| view! { <th scope="col"><span class="visually-hidden">{t.agreement_edit()}</span></th> })}
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

fn row(
    read: &AgreementPage,
    place: &Signatory,
    edits: bool,
    zone: bool,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let signer = place.signer();
    let stand = read.signing.plan.stand(place.id, read.now.0).unwrap_or(Stand::Waits);
    let (class, text) = stand_badge(stand, place, zone, t);
    let title = (!signer.title.is_empty()).then(|| format!(" · {}", signer.title));
    let behalf = place
        .is_delegated()
        .then(|| view! { <span class="second whole">{t.signing_behalf(shown_name(&place.name, t))}</span> });
    let email = zone.then(|| {
        let kind = if signer.account.is_some() { t.signing_has_account() } else { t.signing_guest() };
        view! { <span class="second whole">{signer.email.clone()}" · "{kind}</span> }
    });
    let authority = place.authority.and_then(|id| read.files.iter().find(|file| file.id == id)).map(|file| {
        view! { <span class="second whole">{t.signing_authority()}{t.form_colon()}<a href=file.url() download>{file.name.clone()}</a></span> }
    });
    let at = match stand {
        Stand::Signed => place.signed_at,
        Stand::Declined => place.declined_at,
        Stand::Withdrawn => place.withdrawn_at,
        _ => None,
    };
    let at = at.map(|at| view! { <span class="second whole"><Moment at=Timestamp(at) language=language /></span> });
    let until =
        (place.expires_at.is_some() && matches!(stand, Stand::Turn | Stand::Expired | Stand::Waits)).then(|| {
            let day = date(&last_day(place.expires_at, &read.agreement.facts.zone), language);
            view! { <span class="second whole">{t.signing_until()}{t.form_colon()}{day}</span> }
        });
    let drawn = read
        .signing
        .facts
        .iter()
        .find(|fact| zone && fact.signatory == place.id && fact.kind == "signed" && !fact.drawn.is_empty());
    let drawn = drawn.map(|fact| {
        let label = t.signing_drawn_of(&fact.name);
        view! {
            <svg class="drawn-signature" viewBox="0 0 600 200" role="img" aria-label=label>
                <path d=fact.drawn.clone() fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"
                    stroke-linejoin="round" />
            </svg>
        }
    });
    let party = read.parties.iter().position(|party| party.id == place.party);
    let party = party.map(|at| {
        let company = language.prefer(&read.parties[at].name_en, &read.parties[at].name_zh).to_owned();
        view! { {called(at, t)}<span class="second whole">{company}</span> }
    });
    let button = edits.then(|| {
        let open = matches!(stand, Stand::Waits | Stand::Turn | Stand::Expired | Stand::NotNeeded);
        let link = open.then(|| {
            let href = format!("{}?do=place&place={}#step", read.agreement.url(), place.id);
            view! {
                <a class="button small" href=href>{t.signing_change()}<span class="visually-hidden">" "{signer.name.clone()}</span></a>
            }
        });
        view! { <td class="removal"><div class="actions">{link}</div></td> }
    });
    view! {
        <tr>
            <th scope="row">{shown_name(&signer.name, t)}{title}{behalf}{email}{authority}</th>
            <td data-label=t.signing_for()>{party}</td>
            <td data-label=t.agreement_state()><span class=class>{text}</span>{at}{until}{drawn}</td>
            {button}
        </tr>
    }
}

/// Everything that happened, for the zone's people.
fn history(read: &AgreementPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.signing.facts.is_empty() || !read.actor.may_see_staff_names() {
        return None;
    }
    let rows = read
        .signing
        .facts
        .iter()
        .map(|fact| {
            let behalf = (!fact.on_behalf_of.is_empty())
                .then(|| view! { <span class="second whole">{t.signing_behalf(&fact.on_behalf_of)}</span> });
            let reason =
                (!fact.reason.is_empty()).then(|| view! { <span class="second whole">{fact.reason.clone()}</span> });
            let from = [fact.address.as_str(), fact.agent.as_str()];
            let from: Vec<&str> = from.into_iter().filter(|part| !part.is_empty()).collect();
            view! {
                <tr>
                    <th scope="row"><Moment at=Timestamp(fact.at) language=language />
                        <span class="second whole">{Timestamp(fact.at).iso()}</span></th>
                    <td>{t.signing_fact(&fact.kind)}{reason}</td>
                    <td data-label=t.signing_signer()>{fact.name.clone()}{behalf}</td>
                    <td data-label=t.signing_from()>{from.join(" · ")}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <details>
                <summary>{t.signing_history()}</summary>
                <div class="documents records"><table>
                    <thead><tr>
                        <th scope="col">{t.signing_at()}</th><th scope="col">{t.signing_what()}</th>
                        <th scope="col">{t.signing_signer()}</th><th scope="col">{t.signing_from()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </details>
        }
        .into_any(),
    )
}

impl Texts {
    /// What happened to a request, by the code of the fact.
    pub fn signing_fact(&self, kind: &str) -> &'static str {
        use super::model::FactKind;
        match FactKind::from_code(kind) {
            Some(FactKind::Sent) => self.signing_fact_sent(),
            Some(FactKind::Reminded) => self.signing_fact_reminded(),
            Some(FactKind::Opened) => self.signing_fact_opened(),
            Some(FactKind::Signed) => self.signing_fact_signed(),
            Some(FactKind::Declined) => self.signing_fact_declined(),
            Some(FactKind::Delegated) => self.signing_fact_delegated(),
            Some(FactKind::Expired) => self.signing_fact_expired(),
            Some(FactKind::Extended) => self.signing_fact_extended(),
            Some(FactKind::Withdrawn) => self.signing_fact_withdrawn(),
            Some(FactKind::Voided) => self.signing_fact_voided(),
            None => "",
        }
    }
}

/// The form that the address asks for.
pub fn form(
    read: &AgreementPage,
    query: &Query,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let asked = asked(read, query)?;
    let (title, body) = match &asked {
        Asked::Add => (t.signing_add().to_owned(), add(read, refused, t, language)),
        Asked::Ask => (t.signing_ask().to_owned(), ask(read, refused, t)),
        Asked::Rule(number) => (t.signing_group_of(*number), rule(read, *number, refused, t)),
        Asked::Place(id) => {
            let place = read.signing.places.iter().find(|place| place.id == *id)?;
            (place.signer().name, change(read, place, refused, t))
        }
    };
    Some(view! { <section class="panel" id="step"><h2>{title}</h2>{body}</section> }.into_any())
}

/// Whether the form that a refused post came from is on the page.
pub fn shows(read: &AgreementPage, query: &Query, endpoint: &str) -> bool {
    match asked(read, query) {
        Some(Asked::Add) => endpoint == AddSignatory::PATH,
        Some(Asked::Ask) => endpoint == AskSignatures::PATH,
        Some(Asked::Rule(_)) => endpoint == SetSigningRule::PATH,
        Some(Asked::Place(_)) => FORMS[3..].contains(&endpoint),
        None => false,
    }
}

fn staff_form(
    read: &AgreementPage,
    path: &'static str,
    state: &FormState,
    fields: AnyView,
    button: &'static str,
    t: &'static Texts,
) -> AnyView {
    let mut all = labels(t).to_vec();
    all.push(("party", t.agreement_party()));
    all.push(("reason", t.agreement_reason()));
    view! {
        <form class="form" method="post" action=path novalidate>
            <ErrorSummary form=state.clone() labels=all />
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            <input type="hidden" name="version" value=read.agreement.version.to_string() />
            {fields}
            <div class="form-actions">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=format!("{}#signing", read.agreement.url())>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn add(read: &AgreementPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts, language: Language) -> AnyView {
    let state = FormState::new(t, refused, AddSignatory::PATH);
    let parties = read
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| read.signatures.iter().all(|signature| signature.party != party.id))
        .map(|(place, party)| {
            let name = language.prefer(&party.name_en, &party.name_zh);
            (party.id.to_string(), format!("{}{}{name}", called(place, t), t.form_colon()))
        })
        .collect();
    let documents: Vec<(String, String)> = read
        .files
        .iter()
        .filter(|file| read.texts.iter().all(|text| text.document != file.id))
        .map(|file| (file.id.to_string(), file.name.clone()))
        .collect();
    let languages = vec![("en".to_owned(), "English".to_owned()), ("zh".to_owned(), "中文".to_owned())];
    let last = read.signing.plan.groups.last().map_or(1, |group| group.number);
    let groups: Vec<(String, String)> = (1..=(last + 1).min(i64::from(MOST_GROUPS)))
        .map(|number| (number.to_string(), t.signing_group_of(number)))
        .collect();
    let fields = view! {
        <FormId form=state.clone() />
        <SelectField form=state.clone() name="party" label=t.agreement_party() options=parties value=""
            nothing=t.agreement_choose() />
        <TextField form=state.clone() name="name" label=t.signing_name() value="" autocomplete="off" />
        <TextField form=state.clone() name="title" label=t.signing_title_field() value="" optional=true
            autocomplete="off" />
        <TextField form=state.clone() name="email" label=t.sign_in_email() hint=t.signing_email_hint() value=""
            kind="email" autocomplete="off" />
        <SelectField form=state.clone() name="language" label=t.signing_language() options=languages
            value=language.code() />
        <SelectField form=state.clone() name="group" label=t.signing_group() hint=t.signing_group_hint() options=groups
            value=last.to_string() />
        <SelectField form=state.clone() name="authority" label=t.signing_authority() hint=t.signing_authority_hint()
            options=documents value="" nothing=t.signing_authority_none() optional=true />
    };
    staff_form(read, AddSignatory::PATH, &state, fields.into_any(), t.signing_add(), t)
}

fn ask(read: &AgreementPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, AskSignatures::PATH);
    let until = read.now.plus(USUAL_DAYS * Timestamp::DAY).day_in(&read.agreement.facts.zone);
    let day =
        read.agreement.facts.effective_on.is_empty().then(|| view! { <p class="hint">{t.signing_effective()}</p> });
    let fields = view! {
        <p class="hint">{t.signing_ask_hint()}</p>
        {day}
        <TextField form=state.clone() name="until" label=t.signing_until() hint=t.signing_until_hint() value=until
            kind="date" />
    };
    staff_form(read, AskSignatures::PATH, &state, fields.into_any(), t.signing_ask_button(), t)
}

fn rule(read: &AgreementPage, number: i64, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, SetSigningRule::PATH);
    let group = read.signing.plan.groups.iter().find(|group| group.number == number);
    let (size, chosen) = group.map_or((0, None), |group| (group.size(), group.rule));
    let options = (1..size).map(|needed| (needed.to_string(), t.signing_so_many(needed, size))).collect::<Vec<_>>();
    let fields = view! {
        <input type="hidden" name="group" value=number.to_string() />
        <SelectField form=state.clone() name="needed" label=t.signing_needed() hint=t.signing_needed_hint()
            options=options value=chosen.map(|needed| needed.to_string()).unwrap_or_default() nothing=t.signing_all() />
    };
    staff_form(read, SetSigningRule::PATH, &state, fields.into_any(), t.company_save(), t)
}

fn change(read: &AgreementPage, place: &Signatory, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let stand = read.signing.plan.stand(place.id, read.now.0);
    let id = || view! { <input type="hidden" name="signatory" value=place.id.to_string() /> };
    let asked = place.version.is_some() && read.state.takes_signatures();
    let remind = (asked && stand == Some(Stand::Turn) && place.sent_at.is_some()).then(|| {
        let state = FormState::new(t, refused, RemindSignatory::PATH);
        staff_form(read, RemindSignatory::PATH, &state, id().into_any(), t.signing_remind(), t)
    });
    let extend = (asked && matches!(stand, Some(Stand::Waits | Stand::Turn | Stand::Expired))).then(|| {
        let state = FormState::new(t, refused, ExtendSignatory::PATH);
        let fields = view! {
            {id()}
            <TextField form=state.clone() name="until" label=t.signing_until() hint=t.signing_extend_hint()
                value=last_day(place.expires_at, &read.agreement.facts.zone) kind="date" />
        };
        staff_form(read, ExtendSignatory::PATH, &state, fields.into_any(), t.signing_extend(), t)
    });
    let withdraw = matches!(stand, Some(Stand::Waits | Stand::Turn | Stand::Expired | Stand::NotNeeded)).then(|| {
        let state = FormState::new(t, refused, WithdrawSignatory::PATH);
        let fields = view! {
            {id()}
            <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.signing_withdraw_hint() value=""
                rows=2 optional=place.sent_at.is_none() />
        };
        let button = if asked { t.signing_withdraw() } else { t.signing_remove() };
        staff_form(read, WithdrawSignatory::PATH, &state, fields.into_any(), button, t)
    });
    view! { {remind}{extend}{withdraw} }.into_any()
}
