//! How the journal's entries about products and imports read.

use uuid::Uuid;

use super::model::{Category, Designation, Status};
use crate::language::Texts;
use crate::time::date;

/// The actions that the journal knows of products and imports.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "product.created" => Some(t.event_product_created()),
        "product.imported" => Some(t.event_product_imported()),
        "product.updated" => Some(t.event_product_updated()),
        "import.started" => Some(t.event_import_started()),
        "import.finished" => Some(t.event_import_finished()),
        _ => None,
    }
}

/// The fields of products and approvals, as the journal names them, in the reader's words.
pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match field {
        "company" => t.product_company(),
        "generic_name" => t.product_generic_name(),
        "active_substance" => t.product_active_substance(),
        "category" => t.product_category(),
        "atc" => t.product_atc(),
        "pharmacotherapeutic_group" => t.product_group(),
        "therapeutic_areas" => t.product_areas(),
        "indication" => t.product_indication(),
        "agency" => t.approval_agency(),
        "number" => t.approval_number(),
        "status" => t.approval_status(),
        "decided_on" => t.approval_decided(),
        "authorised_on" => t.approval_authorised(),
        "designations" => t.approval_designations(),
        "holder" => t.approval_holder(),
        "url" => t.approval_url(),
        "file_name" => t.import_file(),
        "products_created" => t.import_created(),
        "products_updated" => t.import_updated(),
        "companies_created" => t.import_companies(),
        _ => return None,
    })
}

/// A stored value of a product or approval in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> Option<String> {
    match field {
        "category" => Category::from_code(value).map(|category| t.category(category).to_owned()),
        "status" => Status::from_key(value).map(|status| t.status(status).to_owned()),
        "designations" => {
            let all: Vec<&str> =
                value.split_whitespace().filter_map(Designation::from_key).map(|d| t.designation(d)).collect();
            Some(all.join(t.form_comma()))
        }
        "decided_on" | "authorised_on" => Some(date(value, t.language)),
        "company" => value.parse::<Uuid>().ok().map(|_| "…".to_owned()),
        _ => None,
    }
}
