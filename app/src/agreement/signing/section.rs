//! Signing on the agreement's page: who signs, in which order, who has and who is next. Staff plans it here; the parties read
//! names and where each stands, and neither addresses nor from where somebody signed.

pub mod forms;
mod history;

use leptos::prelude::*;

use self::history::history;
use super::groups::{Group, Plan, Stand};
use super::letters::last_day;
use super::model::Signatory;
use super::store::{self, Fact};
use crate::agreement::read::AgreementPage;
use crate::agreement::show::called;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

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
