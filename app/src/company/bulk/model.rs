//! What a bulk edit changes, and what it would do to a company.

use uuid::Uuid;

use crate::backend::fold::fold;
use crate::company::model::{Stage, TermKind, Tier};
use crate::error::{Check, Problem};
use crate::language::Texts;

/// So many companies are changed together at most.
pub const MOST: i64 = 1000;

/// What is changed, and to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Tier(Option<Tier>),
    AddTag(String),
    RemoveTag(String),
    Manager(Option<Uuid>),
    Stage(Stage),
    Archive,
}

impl Change {
    /// What is stored of it.
    pub fn code(&self) -> String {
        match self {
            Self::Tier(tier) => format!("tier:{}", tier.map_or("", Tier::code)),
            Self::AddTag(tag) => format!("add_tag:{tag}"),
            Self::RemoveTag(tag) => format!("remove_tag:{tag}"),
            Self::Manager(manager) => format!("manager:{}", manager.map(|id| id.to_string()).unwrap_or_default()),
            Self::Stage(stage) => format!("stage:{}", stage.code()),
            Self::Archive => "archive:".to_owned(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let (what, value) = code.split_once(':')?;
        match (what, value) {
            ("tier", "") => Some(Self::Tier(None)),
            ("tier", tier) => Tier::from_code(tier).map(|tier| Self::Tier(Some(tier))),
            ("add_tag", tag) if !tag.is_empty() => Some(Self::AddTag(tag.to_owned())),
            ("remove_tag", tag) if !tag.is_empty() => Some(Self::RemoveTag(tag.to_owned())),
            ("manager", "") => Some(Self::Manager(None)),
            ("manager", id) => id.parse().ok().map(|id| Self::Manager(Some(id))),
            ("stage", stage) => Stage::from_code(stage).map(Self::Stage),
            ("archive", "") => Some(Self::Archive),
            _ => None,
        }
    }

    /// Reads what was chosen, with the tag beside it.
    pub fn parse(check: &mut Check, change: &str, tags: &str) -> Option<Self> {
        let change = change.trim();
        if let Some(code @ ("add_tag" | "remove_tag")) = change.strip_suffix(':') {
            let entries = crate::company::terms::read(check, TermKind::Tag, tags, "");
            match &entries[..] {
                [] => check.note("tags", Problem::Missing),
                [tag] => return Self::from_code(&format!("{code}:{tag}")),
                _ => check.note("tags", Problem::TooMany(1)),
            }
            return None;
        }
        // A tag stands in a field of its own, where it is judged as one of a company is.
        let read = Self::from_code(change).filter(|read| !matches!(read, Self::AddTag(_) | Self::RemoveTag(_)));
        if read.is_none() {
            check.note("change", if change.is_empty() { Problem::Missing } else { Problem::NotAnOption });
        }
        read
    }

    /// Whether it must be said why. Who has an agreement in force or an approved product becomes a partner by that; of whom
    /// this is not so the preview tells.
    pub fn needs_reason(&self) -> bool {
        match self {
            Self::Stage(Stage::Partner) => false,
            Self::Stage(stage) => stage.needs_reason(),
            Self::Archive => true,
            _ => false,
        }
    }

    /// The field that it changes, as the journal names it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Tier(_) => "tier",
            Self::AddTag(_) | Self::RemoveTag(_) => "tags",
            Self::Manager(_) => "manager",
            Self::Stage(_) => "stage",
            Self::Archive => "archived",
        }
    }

    /// In words.
    pub fn said(&self, managers: &[(Uuid, String)], t: &'static Texts) -> String {
        let with = |label: &str, value: &str| format!("{label}{}{value}", t.form_colon());
        match self {
            Self::Tier(tier) => with(t.register_tier(), tier.map_or(t.register_no_tier(), |tier| t.tier(tier))),
            Self::AddTag(tag) => with(t.bulk_add_tag(), tag),
            Self::RemoveTag(tag) => with(t.bulk_remove_tag(), tag),
            Self::Manager(manager) => {
                let name = managers.iter().find(|(id, _)| Some(*id) == *manager).map(|(_, name)| name.as_str());
                with(t.company_manager(), name.unwrap_or(t.company_no_manager()))
            }
            Self::Stage(stage) => with(t.company_stage(), t.stage(*stage)),
            Self::Archive => t.register_archive().to_owned(),
        }
    }
}

/// What happened, or would happen, to a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would be changed.
    Ready,
    /// It is so already.
    Same,
    /// Archived companies are not changed.
    Archived,
    /// The stage does not follow the one that the company is at.
    NoMove,
    /// It would become a partner with neither an agreement in force nor an approved product, and it is not said why.
    NoAgreement,
    /// It has as many tags as there can be.
    TooManyTags,
    /// Agreements bind it: it is not archived.
    Tied,
    /// Somebody changed it after it was shown.
    Changed,
    Applied,
    Undone,
    /// Somebody changed it since, so it was not undone.
    Kept,
}

impl Outcome {
    pub const ALL: [Self; 11] = [
        Self::Ready,
        Self::Applied,
        Self::Changed,
        Self::NoMove,
        Self::NoAgreement,
        Self::TooManyTags,
        Self::Tied,
        Self::Archived,
        Self::Same,
        Self::Undone,
        Self::Kept,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Same => "same",
            Self::Archived => "archived",
            Self::NoMove => "no_move",
            Self::NoAgreement => "no_agreement",
            Self::TooManyTags => "too_many_tags",
            Self::Tied => "tied",
            Self::Changed => "changed",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Kept => "kept",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    pub fn text(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Ready => t.bulk_ready(),
            Self::Same => t.bulk_same(),
            Self::Archived => t.bulk_archived(),
            Self::NoMove => t.bulk_no_move(),
            Self::NoAgreement => t.bulk_no_agreement(),
            Self::TooManyTags => t.bulk_too_many_tags(),
            Self::Tied => t.archiving_bulk(),
            Self::Changed => t.bulk_changed(),
            Self::Applied => t.bulk_applied(),
            Self::Undone => t.bulk_undone(),
            Self::Kept => t.bulk_kept(),
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::Ready | Self::Undone => "badge info",
            Self::Applied => "badge good",
            Self::Same => "badge neutral",
            Self::Archived
            | Self::NoMove
            | Self::NoAgreement
            | Self::TooManyTags
            | Self::Tied
            | Self::Changed
            | Self::Kept => "badge attention",
        }
    }
}

/// What of a company a bulk edit looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub id: Uuid,
    pub stage: Stage,
    pub tier: Option<Tier>,
    pub manager: Option<Uuid>,
    pub tags: Vec<String>,
    pub version: i64,
    pub stage_since: i64,
    pub archived_at: Option<i64>,
    /// What makes it a partner: an agreement in force, or an approved product; read where it is to become one.
    pub grounds: Option<String>,
    /// Whether agreements bind it; read where it is to be archived.
    pub tied: bool,
}

impl Snapshot {
    /// What stands in the field that a change is about.
    pub fn value(&self, change: &Change) -> String {
        match change {
            Change::Tier(_) => self.tier.map_or("", Tier::code).to_owned(),
            Change::AddTag(_) | Change::RemoveTag(_) => self.tags.join("\n"),
            Change::Manager(_) => self.manager.map(|id| id.to_string()).unwrap_or_default(),
            Change::Stage(_) => self.stage.code().to_owned(),
            Change::Archive => if self.archived_at.is_some() { "yes" } else { "" }.to_owned(),
        }
    }

    /// What would stand there, and whether the change can be made for this reason.
    pub fn plan(&self, change: &Change, reason: &str) -> (String, Outcome) {
        let before = self.value(change);
        if self.archived_at.is_some() {
            return (before, Outcome::Archived);
        }
        let after = match change {
            Change::Tier(tier) => tier.map_or("", Tier::code).to_owned(),
            Change::Manager(manager) => manager.map(|id| id.to_string()).unwrap_or_default(),
            Change::Stage(stage) => stage.code().to_owned(),
            Change::Archive => "yes".to_owned(),
            Change::AddTag(tag) => {
                let has = self.tags.iter().any(|other| fold(other) == fold(tag));
                let more = (!has).then_some(tag);
                self.tags.iter().chain(more).map(String::as_str).collect::<Vec<_>>().join("\n")
            }
            Change::RemoveTag(tag) => {
                let others = self.tags.iter().filter(|other| fold(other) != fold(tag));
                others.map(String::as_str).collect::<Vec<_>>().join("\n")
            }
        };
        if after == before {
            return (before, Outcome::Same);
        }
        let (most, _) = TermKind::Tag.limits();
        let outcome = match change {
            Change::Stage(stage) if !self.stage.next().contains(stage) => Outcome::NoMove,
            Change::Stage(Stage::Partner) if reason.is_empty() && self.grounds.is_none() => Outcome::NoAgreement,
            Change::AddTag(_) if self.tags.len() >= most as usize => Outcome::TooManyTags,
            Change::Archive if self.tied => Outcome::Tied,
            _ => return (after, Outcome::Ready),
        };
        (before, outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company() -> Snapshot {
        Snapshot {
            id: Uuid::nil(),
            stage: Stage::Contacted,
            tier: Some(Tier::Key),
            manager: None,
            tags: vec!["VIP".into(), "丹麦".into()],
            version: 3,
            stage_since: 0,
            archived_at: None,
            grounds: None,
            tied: false,
        }
    }

    #[test]
    fn a_change_is_stored_and_read() {
        let manager = Uuid::from_u128(7);
        for change in [
            Change::Tier(None),
            Change::Tier(Some(Tier::Strategic)),
            Change::AddTag("a: b".into()),
            Change::RemoveTag("丹麦".into()),
            Change::Manager(None),
            Change::Manager(Some(manager)),
            Change::Stage(Stage::Ended),
            Change::Archive,
        ] {
            assert_eq!(Change::from_code(&change.code()), Some(change));
        }
        for code in ["", "tier", "tier:gold", "add_tag:", "manager:me", "stage:", "archive:x", "delete:"] {
            assert_eq!(Change::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_tag_stands_in_its_own_field_and_is_judged_there() {
        let parse = |change: &str, tags: &str| {
            let mut check = Check::default();
            let change = Change::parse(&mut check, change, tags);
            check.finish(change)
        };
        let problem = |change: &str, tags: &str| match parse(change, tags) {
            Err(crate::error::Error::Invalid(errors)) => errors.0,
            other => panic!("{other:?}"),
        };
        assert_eq!(parse("add_tag:", "VIP").unwrap(), Some(Change::AddTag("VIP".into())));
        for change in ["add_tag:VIP", "remove_tag:VIP", "add_tag:a\nb"] {
            assert_eq!(problem(change, ""), [("change".to_owned(), Problem::NotAnOption)], "{change}");
        }
        assert_eq!(problem("add_tag:", &"x".repeat(5000))[0].0, "tags");
        assert_eq!(problem("add_tag:", "a\nb")[0], ("tags".to_owned(), Problem::TooMany(1)));
        assert_eq!(problem("remove_tag:", "a\0")[0].0, "tags");
    }

    #[test]
    fn what_a_change_would_do_is_told_before() {
        let plan = |change: Change| company().plan(&change, "");
        assert_eq!(plan(Change::Tier(None)), (String::new(), Outcome::Ready));
        assert_eq!(plan(Change::Tier(Some(Tier::Key))), ("key".into(), Outcome::Same));
        assert_eq!(plan(Change::AddTag("vip".into())), ("VIP\n丹麦".into(), Outcome::Same), "compared as tags are");
        assert_eq!(plan(Change::AddTag("new".into())), ("VIP\n丹麦\nnew".into(), Outcome::Ready));
        assert_eq!(plan(Change::RemoveTag("vip".into())), ("丹麦".into(), Outcome::Ready));
        assert_eq!(plan(Change::Stage(Stage::InTalks)), ("in_talks".into(), Outcome::Ready));
        assert_eq!(plan(Change::Stage(Stage::Partner)), ("contacted".into(), Outcome::NoMove));
        let full = Snapshot { tags: (0..20).map(|n| n.to_string()).collect(), ..company() };
        assert_eq!(full.plan(&Change::AddTag("x".into()), "").1, Outcome::TooManyTags);
        let archived = Snapshot { archived_at: Some(1), ..company() };
        assert_eq!(archived.plan(&Change::Archive, "").1, Outcome::Archived);
        let tied = Snapshot { tied: true, ..company() };
        assert_eq!(tied.plan(&Change::Archive, "Twice."), (String::new(), Outcome::Tied));
        assert_eq!(tied.plan(&Change::RemoveTag("vip".into()), "").1, Outcome::Ready);
        // A partner has an agreement in force, or it is said why it is one without.
        let partner = Change::Stage(Stage::Partner);
        let talks = Snapshot { stage: Stage::InTalks, ..company() };
        assert_eq!(talks.plan(&partner, "").1, Outcome::NoAgreement);
        assert_eq!(talks.plan(&partner, "They were before.").1, Outcome::Ready);
        let agreed = Snapshot { grounds: Some("AG-2026-0001".into()), ..talks };
        assert_eq!(agreed.plan(&partner, "").1, Outcome::Ready);
    }
}
