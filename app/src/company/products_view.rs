//! A company's products on its page.

use leptos::prelude::*;

use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::language::number;
use crate::product::pages::ProductTable;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let (id, language) = (opened.company.id, opened.language);
    let (products, count) = crate::product::store::of_company(&mut opened.ctx.tx, id, language, 20).await?;
    Ok(Some(Panel::new("products", opened.texts().company_products(), move |t| {
        if products.is_empty() {
            return view! { <p class="hint">{t.company_no_products()}</p> }.into_any();
        }
        let all = format!("/products?company={id}");
        let more = count > i64::try_from(products.len()).unwrap_or_default();
        view! {
            <ProductTable products=products texts=t language=language with_company=false linked=Vec::new() />
            {more.then(|| view! { <p><a href=all>{t.company_all_products(number(count))}</a></p> })}
        }
        .into_any()
    })))
}
