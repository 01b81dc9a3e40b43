//! What somebody has to sign: the list on their start page.

use leptos::prelude::*;
use uuid::Uuid;

use super::acting::is_own;
use super::letters::last_day;
use crate::actor::Actor;
use crate::agreement::model::url;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};

/// An agreement that waits for the person's signature.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ToSign {
    number: String,
    title_en: String,
    title_zh: String,
    name_en: String,
    name_zh: String,
    expires_at: i64,
    zone: String,
}

/// So many are named.
const MOST: i64 = 20;

/// What the person is asked to sign and has not: in groups of which so many are enough also what others may sign before.
pub async fn read(tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Vec<ToSign>> {
    let Ok(scope) = actor.opens_agreements() else { return Ok(Vec::new()) };
    let mut sql = Sql::new("SELECT DISTINCT p.agreement_id FROM agreement_signatories s ");
    sql.push("JOIN agreement_parties p ON p.id = s.party_id WHERE p.removed_at IS NULL AND s.sent_at IS NOT NULL")
        .push(" AND s.signed_at IS NULL AND s.declined_at IS NULL AND s.withdrawn_at IS NULL AND s.voided_at IS NULL")
        .bind(" AND ((s.account_id = ? AND s.deputy_name = '') OR s.deputy_account_id = ?)", actor.id);
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    let mut found = Vec::new();
    for (agreement,) in rows {
        // Whether it is their turn is a rule, not a statement; few agreements wait for one person.
        let (all, plan) = super::store::plan(tx, agreement).await?;
        let parties = crate::agreement::store::parties(tx, agreement).await?;
        let turn: Vec<Uuid> = plan.whose_turn().map(|place| place.id).collect();
        found.extend(
            all.iter()
                .filter(|place| is_own(place, actor, &parties) && turn.contains(&place.id))
                .filter(|place| place.sent_at.is_some() && place.expires_at.is_some_and(|at| at > now.0))
                .map(|place| place.id),
        );
    }
    let mut sql = Sql::new(
        "SELECT a.number, a.title_en, a.title_zh, k.name_en, k.name_zh, s.expires_at, a.zone
         FROM agreement_signatories s JOIN agreement_parties p ON p.id = s.party_id
         JOIN companies k ON k.id = p.company_id JOIN agreements a ON a.id = p.agreement_id
         WHERE a.state IN ('for_signature', 'partly_signed') AND ",
    );
    sql.bind_in("s.id", &found);
    crate::agreement::store::scope_into(&mut sql, &scope);
    sql.push(" ORDER BY s.expires_at, s.id").limit(MOST, 0);
    sql.rows(tx).await
}

pub fn section(lines: &[ToSign], t: &'static Texts, language: Language) -> Option<AnyView> {
    let rows = lines
        .iter()
        .map(|line| {
            let due = date(&last_day(Some(line.expires_at), &line.zone), language);
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=format!("{}/sign", url(&line.number))>
                        {language.prefer(&line.title_en, &line.title_zh).to_owned()}</a>
                        <span class="second">{line.number.clone()}</span></th>
                    <td data-label=t.signing_for()>{language.prefer(&line.name_en, &line.name_zh).to_owned()}</td>
                    <td class="date" data-label=t.signing_until()>{due}</td>
                </tr>
            }
        })
        .collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="panel" id="to-sign">
                <h2>{t.signing_to_sign()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.agreement_one()}</th><th scope="col">{t.signing_for()}</th>
                        <th scope="col">{t.signing_until()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any()
    })
}
