//! What a merge does with each column that may refer to a company or a person is said.

use app::ask;
use app::company::merge::references::{REFERENCES, STAYING};
use app::person::merge::references::{REFERENCES as PEOPLE_REFERENCES, STAYING as PEOPLE_STAYING};

use crate::both;
use crate::harness::Portal;

both!(every_column_that_may_refer_to_a_company_or_a_person_is_known, what_may_go_is_kept_whole);

/// Every column of every table, as the database tells.
async fn schema(portal: &Portal) -> Vec<(String, String)> {
    let mut tx = portal.read().await;
    match &mut tx {
        app::backend::database::Tx::Sqlite(_) => {
            let sql =
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'";
            ask!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
        }
        app::backend::database::Tx::Postgres(_) => {
            let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'";
            ask!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
        }
    }
}

/// A row that has to go because the winner has its like leaves an image from which it comes back: that has all of its columns.
async fn what_may_go_is_kept_whole(portal: Portal) {
    let columns = schema(&portal).await;
    let mut walked = 0;
    for reference in REFERENCES.iter().chain(PEOPLE_REFERENCES).filter(|reference| reference.clashes) {
        let mut kept: Vec<&str> = reference.others.iter().map(|(other, _)| *other).collect();
        kept.extend([reference.key, reference.column]);
        kept.sort_unstable();
        let of_table = columns.iter().filter(|(table, _)| table == reference.table);
        let mut there: Vec<&str> = of_table.map(|(_, column)| column.as_str()).collect();
        there.sort_unstable();
        assert_eq!(kept, there, "say in merge/references.rs what else a row of {} has", reference.table);
        walked += 1;
    }
    assert_eq!(walked, 5);
    // Whatever else moves is named by an id of its own, or there is one of it.
    for reference in REFERENCES.iter().chain(PEOPLE_REFERENCES).filter(|reference| !reference.clashes) {
        let known = reference.key == "id" || ["company_mailboxes", "sessions"].contains(&reference.table);
        assert!(known, "two rows of {} may have one key", reference.place());
    }
}

async fn every_column_that_may_refer_to_a_company_or_a_person_is_known(portal: Portal) {
    let columns = schema(&portal).await;
    let may_refer = |column: &str| {
        column.contains("company")
            || ["subject_id", "owner_id", "winner_id", "loser_id", "merged_into", "first_id", "second_id"]
                .contains(&column)
    };
    // Texts that only sound so.
    let texts = [("enquiries", "company"), ("join_requests", "company_name")];
    let mut seen = 0;
    let of_company = |(table, column): &&(String, String)| may_refer(column) && table != "people";
    for (table, column) in columns.iter().filter(of_company) {
        let place = (table.as_str(), column.as_str());
        let moves = REFERENCES.iter().any(|reference| (reference.table, reference.column) == place);
        let stays = STAYING.iter().any(|(table, column, _)| (*table, *column) == place);
        assert!(
            moves != stays || texts.contains(&place),
            "say in company/merge/references.rs what a merge does with {table}.{column}"
        );
        seen += 1;
    }
    assert!(seen >= REFERENCES.len(), "{columns:?}");
    let mut seen = 0;
    for (table, column) in &columns {
        let of_people = table == "people" && column == "merged_into";
        if !of_people && !column.split('_').any(|word| word == "person") {
            continue;
        }
        let moves = PEOPLE_REFERENCES.iter().any(|reference| (reference.table, reference.column) == (table, column));
        let stays = PEOPLE_STAYING.iter().any(|(known, name, _)| known == table && name == column);
        assert!(moves != stays, "say in person/merge/references.rs what a merge does with {table}.{column}");
        seen += 1;
    }
    assert_eq!(seen, PEOPLE_REFERENCES.len() + PEOPLE_STAYING.len(), "{columns:?}");
}
