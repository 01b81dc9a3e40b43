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

#[cfg(feature = "ssr")]
impl NewCompany {
    /// The company's own form, filled in as far as an enquiry tells.
    pub(super) fn company(self) -> crate::company::model::CompanyForm {
        crate::company::model::CompanyForm {
            name_en: self.name_en,
            name_zh: self.name_zh,
            kinds: self.kinds,
            country: self.country,
            stage: crate::company::model::Stage::Contacted.code().to_owned(),
            ..Default::default()
        }
    }
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
    if let Some(company) = found {
        super::enquirer::hold(&mut step.ctx, &step.enquiry).await?;
        super::enquirer::works_at(&mut step.ctx, &step.enquiry, company).await?;
    }
    step.finish("enquiry.converted", Vec::new()).await
}

/// Staff adds the company to the register.
#[server(endpoint = "enquiries/convert-new")]
pub async fn convert_to_new_company(
    #[server(default)] id: String,
    #[server(default)] version: String,
    // `yes` of who saw companies that are like it, and why it is none of them.
    #[server(default)] not_duplicate: String,
    #[server(default)] not_duplicate_reason: String,
    #[server(flatten)] form: NewCompany,
) -> Result<()> {
    use super::model::Action;
    use super::steps::Step;
    use crate::backend::journal::Entry;
    use crate::company::duplicate::check::{Said, refuse_alike, remember};
    use crate::error::{Check, Problem};

    let country_known = form.country.is_empty() || crate::country::find(&form.country).is_some();
    let parsed = form.company().parse_new();
    let mut step = Step::begin(&id, &version, Action::Convert).await?;
    let (mut facts, stage, _) = parsed?;
    if !country_known {
        let mut check = Check::default();
        check.note("country", Problem::NotAnOption);
        return check.finish(());
    }
    let said = Said { not_duplicate, reason: not_duplicate_reason };
    let (others, why) = refuse_alike(&mut step.ctx.tx, &facts, None, &said).await?;
    // Whoever handled the enquiry goes on with the company.
    facts.manager = step.enquiry.assignee;
    let ctx = &mut step.ctx;
    super::enquirer::hold(ctx, &step.enquiry).await?;
    let made = ctx.new_id();
    crate::company::store::insert(&mut ctx.tx, made, &facts, stage, ctx.now).await?;
    let mut fields = facts.fields();
    fields.extend([("stage", stage.code().to_owned()), ("not_duplicate", why.clone())]);
    ctx.record(Entry::new("company.created", "company", made).created(fields)).await?;
    remember(ctx, made, &others, &why).await?;
    super::enquirer::works_at(ctx, &step.enquiry, made).await?;
    step.to.company_id = Some(made);
    step.finish("enquiry.converted", Vec::new()).await
}
