//! The list of what is held about people is whole.

use std::collections::BTreeSet;

use app::privacy::holdings::{NOT_PERSONAL, holdings};

use super::columns;
use crate::both;
use crate::harness::Portal;

both!(every_table_is_on_the_list);

/// Whether a column's name says that it tells of people.
fn tells_of_people(column: &str) -> bool {
    let word = |word: &str| column.split('_').any(|part| part == word);
    !column.ends_with("_at")
        && (["email", "address", "phone", "contact", "agent"].into_iter().any(word)
            || ["_by", "account_id", "actor_id", "successor_id", "manager_id"].iter().any(|end| column.ends_with(end)))
}

async fn every_table_is_on_the_list(portal: Portal) {
    let columns = columns(&portal).await;
    // SQLite's words of the search stand in tables beside its entries.
    let tables: BTreeSet<&str> = columns
        .iter()
        .map(|(table, ..)| table.as_str())
        .filter(|table| *table == "search_entries" || !table.starts_with("search_"))
        .collect();
    assert!(tables.len() > 30, "{tables:?}");
    for table in &tables {
        let held = holdings().any(|holding| holding.table == *table);
        let not = NOT_PERSONAL.iter().any(|(name, reason)| name == table && !reason.is_empty());
        assert!(held != not, "{table}: nobody has said in privacy/holdings.rs whether it tells of people");
    }
    for (table, column, refers) in &columns {
        let Some(holding) = holdings().find(|holding| holding.table == table) else {
            assert!(!refers, "{table}.{column} references accounts, and {table} is said to tell nothing of people");
            continue;
        };
        if *refers || tells_of_people(column) {
            assert!(
                ["account_id", "address_problem"].contains(&column.as_str())
                    || holding.columns.contains(&column.as_str()),
                "{table}.{column} tells of people: its holding must say so"
            );
        }
    }
    for holding in holdings() {
        for column in holding.columns {
            let there = columns.iter().any(|(table, name, _)| table == holding.table && name == column);
            assert!(there, "{}.{column} is held no longer", holding.table);
        }
    }
}
