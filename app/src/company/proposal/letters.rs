//! The mails that proposals cause.

use super::model::{Decision, Field, Proposal};
use crate::absence;
use crate::account;
use crate::actor::Role;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::company::events::labels;
use crate::company::model::Company;
use crate::error::Result;
use crate::notification::{self, Kind, Subject};

/// Tells a company's account manager, and while they are absent whoever stands in for them, that its people propose
/// something; where nobody manages it who still works in the zone, everybody who may decide.
pub async fn tell_manager(ctx: &mut Ctx, company: &Company, path: &str, fields: &[Field], note: &str) -> Result<()> {
    let works = match company.facts.manager {
        Some(manager) => account::store::receiver(&mut ctx.tx, manager).await?,
        None => None,
    };
    let receivers = match (company.facts.manager, works) {
        (Some(manager), Some((_, Role::Administrator | Role::Staff))) => {
            absence::receivers(&mut ctx.tx, manager, None, ctx.now).await?
        }
        _ => {
            let mut all = Vec::new();
            for (person, _) in account::store::managers(&mut ctx.tx).await? {
                all.extend(account::store::receiver(&mut ctx.tx, person).await?.map(|(receiver, _)| (receiver, None)));
            }
            all
        }
    };
    for (receiver, absent) in receivers {
        let letter = proposed(ctx, company, path, fields, note, &receiver, absent);
        outbox::enqueue(&mut ctx.tx, "company.proposal", &receiver, &letter, ctx.now).await?;
    }
    Ok(())
}

fn proposed(
    ctx: &Ctx,
    company: &Company,
    path: &str,
    fields: &[Field],
    note: &str,
    receiver: &Receiver,
    absent: Option<String>,
) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(&company.facts.name_en, &company.facts.name_zh);
    let labels = labels(t);
    let label = |field: &Field| labels.iter().find(|(name, _)| *name == field.field).map_or("", |(_, label)| *label);
    let proposed: Vec<&str> = fields.iter().map(label).collect();
    let by = ctx.actor.name.clone();
    let mut letter = Letter::new(language, &t.proposal_letter_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.proposal_letter_body(&by, name));
    if let Some(absent) = absent {
        letter = letter.paragraph(&t.enquiry_for_absent(absent));
    }
    letter = letter.fact(t.letter_manager_company(), name).fact(t.proposal_fields(), &proposed.join(t.form_comma()));
    if !note.is_empty() {
        letter = letter.fact(t.proposal_note(), note);
    }
    let url = format!("{}{path}", ctx.visit.backend.settings.url);
    letter.link(t.proposal_letter_link(), &url).footer(&t.letter_footer(t.shell_name()))
}

/// Tells who proposed something what staff decided on it, field by field.
pub async fn tell_proposer(
    ctx: &mut Ctx,
    company: &Company,
    proposal: &Proposal,
    decided: &[(String, Decision, String)],
) -> Result<()> {
    let of = |wanted: Decision| -> Vec<&str> {
        decided.iter().filter(|(_, decision, _)| *decision == wanted).map(|(field, ..)| field.as_str()).collect()
    };
    let (accepted, declined) = (of(Decision::Accepted), of(Decision::Declined));
    let outcome = match (accepted.is_empty(), declined.is_empty()) {
        (false, true) => "accepted",
        (true, false) => "declined",
        _ => "partly",
    };
    let (accepted, declined) = (accepted.join(" "), declined.join(" "));
    let reasons: Vec<(String, &str)> =
        decided.iter().map(|(field, _, reason)| (format!("reason.{field}"), reason.as_str())).collect();
    let by = ctx.actor.name.clone();
    let mut facts = vec![
        ("name_en", company.facts.name_en.as_str()),
        ("name_zh", &company.facts.name_zh),
        ("outcome", outcome),
        ("accepted", &accepted),
        ("declined", &declined),
        ("by", &by),
    ];
    facts
        .extend(reasons.iter().filter(|(_, reason)| !reason.is_empty()).map(|(name, reason)| (name.as_str(), *reason)));
    let path = proposal.url();
    let subject = Subject { kind: "proposal", id: proposal.id, path: &path, company: Some(company.id) };
    let (author, now) = (Some(ctx.actor.id), ctx.now);
    notification::tell(&mut ctx.tx, Kind::ProposalDecided, &subject, &facts, &[proposal.by], author, now).await
}
