//! An enquiry becomes a company of the register: one that is there, or a new one.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of a company that is made from an enquiry.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewCompany {
    pub name_en: String,
    pub name_zh: String,
    pub kinds: Vec<String>,
    pub country: String,
}

/// Staff says which company of the register it came from.
#[server(endpoint = "enquiries/convert")]
pub async fn convert_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    // A name, or the address of the company's page.
    #[server(default)] company: String,
) -> Result<()> {
    use super::matching;
    use super::model::Action;
    use super::steps::Step;
    use crate::error::{Check, Problem};

    let mut step = Step::begin(&id, &version, Action::Convert).await?;
    let found = matching::meant(&mut step.ctx.tx, &company).await?;
    if found.is_none() {
        let mut check = Check::default();
        check.note("company", if company.trim().is_empty() { Problem::Missing } else { Problem::NoSuchCompany });
        return check.finish(());
    }
    crate::company::store::hold(&mut step.ctx.tx, found.as_slice()).await?;
    step.to.company_id = found;
    step.finish("enquiry.converted", Vec::new()).await
}

/// Staff adds the company to the register.
#[server(endpoint = "enquiries/convert-new")]
pub async fn convert_to_new_company(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: NewCompany,
) -> Result<()> {
    use super::model::Action;
    use super::steps::Step;
    use crate::backend::journal::Entry;
    use crate::company::model::{CompanyForm, Stage};
    use crate::error::{Check, Problem};

    let country_known = form.country.is_empty() || crate::country::find(&form.country).is_some();
    let company = CompanyForm {
        name_en: form.name_en,
        name_zh: form.name_zh,
        kinds: form.kinds,
        country: form.country,
        stage: Stage::Contacted.code().to_owned(),
        ..CompanyForm::default()
    };
    let parsed = company.parse_new();
    let mut step = Step::begin(&id, &version, Action::Convert).await?;
    let (mut facts, stage, _) = parsed?;
    if !country_known {
        let mut check = Check::default();
        check.note("country", Problem::NotAnOption);
        return check.finish(());
    }
    if crate::company::duplicate::check::is_there(&mut step.ctx.tx, &facts).await? {
        let mut check = Check::default();
        check.note(if facts.name_en.is_empty() { "name_zh" } else { "name_en" }, Problem::LooksAlike);
        return check.finish(());
    }
    // Whoever handled the enquiry goes on with the company.
    facts.manager = step.enquiry.assignee;
    let ctx = &mut step.ctx;
    let made = ctx.new_id();
    crate::company::store::insert(&mut ctx.tx, made, &facts, stage, ctx.now).await?;
    let mut fields = facts.fields();
    fields.push(("stage", stage.code().to_owned()));
    ctx.record(Entry::new("company.created", "company", made).created(fields)).await?;
    step.to.company_id = Some(made);
    step.finish("enquiry.converted", Vec::new()).await
}
