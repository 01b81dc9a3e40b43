//! What somebody has to decide: the list on their start page, which stays until it is decided.

use leptos::prelude::*;
use uuid::Uuid;

use super::super::model::url;
use super::store::undecided_into;
use crate::absence;
use crate::actor::Actor;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};

/// An agreement of which it is to be decided what becomes of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ToDecide {
    number: String,
    title_en: String,
    title_zh: String,
    /// As ISO text, empty where there is none.
    notice_on: String,
    ends_on: String,
}

/// So many are named.
const MOST: i64 = 20;

/// Those of which the person has to decide: that they look after, or somebody for whom they act now, or nobody of the staff any
/// more. The longest due first.
pub async fn read(tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Vec<ToDecide>> {
    if !actor.may_edit_agreements() {
        return Ok(Vec::new());
    }
    let today = now.date();
    let absences = absence::store::since(tx, today).await?;
    let mut owners: Vec<Uuid> = absences
        .iter()
        .map(|absence| absence.account)
        .filter(|absent| absence::model::who_acts(&absences, *absent, today).account == actor.id)
        .collect();
    owners.push(actor.id);
    owners.sort();
    owners.dedup();
    let mut sql = Sql::new(
        "SELECT a.number, a.title_en, a.title_zh, a.notice_on, a.ends_on
         FROM agreements a LEFT JOIN accounts o ON o.id = a.owner_id
         WHERE (o.id IS NULL OR o.suspended_at IS NOT NULL OR o.erased_at IS NOT NULL
                OR o.role NOT IN ('administrator', 'staff') OR ",
    );
    sql.bind_in("a.owner_id", &owners).push(")");
    undecided_into(&mut sql, now);
    sql.push(" ORDER BY a.decide_at, a.id").limit(MOST, 0);
    sql.rows(tx).await
}

pub fn section(lines: &[ToDecide], t: &'static Texts, language: Language) -> Option<AnyView> {
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=format!("{}#line", url(&line.number))>
                        {language.prefer(&line.title_en, &line.title_zh).to_owned()}</a>
                        <span class="second">{line.number.clone()}</span></th>
                    <td class="date" data-label=t.renewal_notice_on()>{date(&line.notice_on, language)}</td>
                    <td class="date" data-label=t.agreement_ends_on()>{date(&line.ends_on, language)}</td>
                </tr>
            }
        })
        .collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel" id="to-decide">
                <h2>{t.renewal_to_decide()}</h2>
                <p class="hint">{t.renewal_to_decide_hint()}</p>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.agreement_one()}</th><th scope="col">{t.renewal_notice_on()}</th>
                        <th scope="col">{t.agreement_ends_on()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
                <p><a href="/agreements?state=undecided">{t.renewal_to_decide_all()}</a></p>
            </section>
        }
        .into_any()
    })
}
