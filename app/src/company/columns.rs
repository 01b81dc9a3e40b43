//! The columns that a list of companies can have. Its name always stands first.

use super::filter::Sort;
use crate::language::Texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Kinds,
    Country,
    City,
    Stage,
    StageSince,
    Tier,
    Manager,
    Areas,
    Tags,
    Products,
    Contact,
    Changed,
}

impl Column {
    /// In the order in which they stand, whatever the order in which they were chosen.
    pub const ALL: [Self; 12] = [
        Self::Kinds,
        Self::Country,
        Self::City,
        Self::Stage,
        Self::StageSince,
        Self::Tier,
        Self::Manager,
        Self::Areas,
        Self::Tags,
        Self::Products,
        Self::Contact,
        Self::Changed,
    ];

    /// Those of who has chosen none.
    pub const USUAL: [Self; 6] =
        [Self::Kinds, Self::Country, Self::Stage, Self::Manager, Self::Products, Self::Changed];

    /// Those of who sees names only.
    pub const NAMES: [Self; 2] = [Self::Kinds, Self::Country];

    pub fn code(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Country => "country",
            Self::City => "city",
            Self::Stage => "stage",
            Self::StageSince => "stage_since",
            Self::Tier => "tier",
            Self::Manager => "manager",
            Self::Areas => "areas",
            Self::Tags => "tags",
            Self::Products => "products",
            Self::Contact => "contact",
            Self::Changed => "changed",
        }
    }

    pub fn title(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Kinds => t.company_kinds(),
            Self::Country => t.company_country(),
            Self::City => t.company_city(),
            Self::Stage => t.company_stage(),
            Self::StageSince => t.views_stage_since(),
            Self::Tier => t.register_tier(),
            Self::Manager => t.company_manager(),
            Self::Areas => t.register_areas(),
            Self::Tags => t.register_tags(),
            Self::Products => t.company_products(),
            Self::Contact => t.views_contact(),
            Self::Changed => t.company_changed(),
        }
    }

    /// The order that its head sorts by, if it does.
    pub fn sort(self) -> Option<Sort> {
        match self {
            Self::Country => Some(Sort::Country),
            Self::Stage => Some(Sort::Stage),
            Self::Manager => Some(Sort::Manager),
            Self::Products => Some(Sort::Products),
            Self::Changed => Some(Sort::Changed),
            _ => None,
        }
    }

    /// Whether its values are terms, which are read beside the rows.
    pub fn is_terms(self) -> bool {
        matches!(self, Self::Areas | Self::Tags)
    }
}

/// The columns that an address names, in any order; none where it names none that there are. `name` alone stands for no
/// other column than the name.
pub fn from_codes<'a>(codes: impl Iterator<Item = &'a str>) -> Option<Vec<Column>> {
    let named: Vec<&str> = codes.flat_map(|codes| codes.split('.')).collect();
    let columns: Vec<Column> = Column::ALL.into_iter().filter(|column| named.contains(&column.code())).collect();
    (!columns.is_empty() || named.contains(&"name")).then_some(columns)
}

/// How an address names them; nothing for the usual ones.
pub fn codes(columns: &[Column]) -> String {
    match columns {
        [] => "name".to_owned(),
        usual if usual == Column::USUAL => String::new(),
        some => some.iter().map(|column| column.code()).collect::<Vec<_>>().join("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_in_any_order_and_stand_in_one() {
        let read = |codes: &[&str]| from_codes(codes.iter().copied());
        assert_eq!(read(&["stage.kinds"]), Some(vec![Column::Kinds, Column::Stage]));
        assert_eq!(read(&["name", "stage", "kinds"]), Some(vec![Column::Kinds, Column::Stage]));
        assert_eq!(read(&["name"]), Some(Vec::new()));
        assert_eq!(read(&["castle"]), None);
        assert_eq!(read(&[]), None);
        for some in [&Column::ALL[..], &Column::ALL[3..5], &[]] {
            assert_eq!(read(&[&codes(some)]), Some(some.to_vec()));
        }
        assert_eq!(codes(&Column::USUAL), "");
    }
}
