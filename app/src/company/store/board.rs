//! The board: of each stage how many companies there are, and the first of them.

use uuid::Uuid;

use super::super::filter::CompanyFilter;
use super::super::model::Stage;
use super::super::saved::store::Tab;
use super::list::{COLUMNS, COUNT, CompanyLine, Looked, choices_parts, count_statement, list_statement};
use crate::actor::CompanyScope;
use crate::backend::database::{Part, from_json};
use crate::error::{Result, internal};
use crate::language::Language;

pub struct BoardPage {
    /// Each with how many there are, and the first of them.
    pub stages: Vec<(Stage, i64, Vec<CompanyLine>)>,
    /// The countries that companies are in, as codes.
    pub countries: Vec<String>,
    /// Who can be an account manager.
    pub managers: Vec<(Uuid, String)>,
    /// The saved views that this person can choose.
    pub tabs: Vec<Tab>,
}

impl BoardPage {
    /// What is read for the board; [`BoardPage::from_json`] takes the answers. Each stage is counted by itself: an index has
    /// its companies one after the other.
    pub fn parts(filter: &CompanyFilter, language: Language, each: i64, tabs: Part) -> Vec<Part> {
        let scope = &CompanyScope::All;
        let mut parts = Vec::new();
        for stage in Stage::ALL {
            let of_stage = CompanyFilter { stage: Some(stage), ..filter.clone() };
            let mut list = list_statement(&of_stage, scope, language, Looked::Many);
            list.limit(each, 0);
            parts.extend([(list, COLUMNS), (count_statement(&of_stage, scope), COUNT)]);
        }
        let (countries, managers) = choices_parts();
        parts.extend([countries, managers, tabs]);
        parts
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let (lists, rest) = found.split_at((2 * Stage::ALL.len()).min(found.len()));
        let [countries, managers, tabs] = rest else {
            return Err(internal("a board from the database", &"not the parts asked for"));
        };
        let mut stages = Vec::new();
        for (stage, read) in Stage::ALL.into_iter().zip(lists.chunks(2)) {
            let [list, count] = read else { continue };
            let count: Vec<(i64,)> = from_json(count)?;
            stages.push((stage, count.first().map_or(0, |(count,)| *count), from_json(list)?));
        }
        let countries: Vec<(String,)> = from_json(countries)?;
        let countries = countries.into_iter().map(|(code,)| code).collect();
        Ok(Self { stages, countries, managers: from_json(managers)?, tabs: from_json(tabs)? })
    }
}
