//! Everything that happened to the requests of an agreement, for the zone's people.

use leptos::prelude::*;

use crate::agreement::read::AgreementPage;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::moment::Moment;

/// Everything that happened, for the zone's people.
pub(super) fn history(read: &AgreementPage, t: &'static Texts, language: Language) -> Option<AnyView> {
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
        use super::super::model::FactKind;
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
