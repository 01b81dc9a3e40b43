//! What happened to a company, on its page.

use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::timeline::view;
use crate::ui::query::Query;

pub async fn panel(opened: &mut Opened, query: &Query) -> Result<Option<Panel>> {
    view::panel(opened, query).await
}
