//! How a form becomes an agreement's facts.

use uuid::Uuid;

use super::model::{AgreementForm, Facts, Kind, Renewal, Tongue, USUAL_ZONE, ZONES};
use crate::backend::database::Tx;
use crate::error::{Check, LineProblem, Problem, Result};

/// The longest text of several lines, in characters.
const LONGEST: u32 = 4000;

impl AgreementForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<Facts> {
        let mut check = Check::default();
        let facts = self.read(&mut check);
        check.finish(facts)
    }

    /// Reads the form; its problems are noted.
    pub fn read(&self, check: &mut Check) -> Facts {
        let kind = one_of(check, "kind", &self.kind, Kind::from_code).unwrap_or(Kind::Strategic);
        let title_en = check.line("title_en", &self.title_en, 200);
        let title_zh = check.line("title_zh", &self.title_zh, 200);
        if title_en.is_empty() && title_zh.is_empty() {
            check.note("title_en", Problem::NoTitle);
        }
        let summary_en = check.text("summary_en", &self.summary_en, LONGEST);
        let summary_zh = check.text("summary_zh", &self.summary_zh, LONGEST);
        let prevailing = one_of(check, "prevailing", &self.prevailing, Tongue::from_code).unwrap_or(Tongue::Both);
        let areas = areas(check, &self.areas);
        let sign_place = check.line("sign_place", &self.sign_place, 200);
        let sign_on = check.date("sign_on", &self.sign_on).unwrap_or_default();
        let effective_on = check.date("effective_on", &self.effective_on).unwrap_or_default();
        let stated = self.zone.trim();
        let zone = ZONES.into_iter().find(|zone| *zone == stated).unwrap_or(USUAL_ZONE);
        if !stated.is_empty() && zone != stated {
            check.note("zone", Problem::NotAnOption);
        }
        let term_months = number(check, "term_months", &self.term_months, 1, 1200);
        let renewal = one_of(check, "renewal", &self.renewal, Renewal::from_code).unwrap_or(Renewal::None);
        if renewal == Renewal::Automatic && self.term_months.trim().is_empty() {
            // What has no end is not renewed.
            check.note("term_months", Problem::Missing);
        }
        let notice_days = number(check, "notice_days", &self.notice_days, 1, 3650);
        let governing_law = check.line("governing_law", &self.governing_law, 200);
        let confidentiality = check.text("confidentiality", &self.confidentiality, 1000);
        let owner = self.owner.trim();
        let owner_id = owner.parse::<Uuid>().ok();
        if !owner.is_empty() && owner_id.is_none() {
            check.note("owner", Problem::Unknown);
        }
        Facts {
            kind,
            title_en,
            title_zh,
            summary_en,
            summary_zh,
            prevailing,
            areas,
            sign_place,
            sign_on,
            effective_on,
            zone: zone.to_owned(),
            term_months,
            renewal,
            notice_days,
            governing_law,
            confidentiality,
            private: !self.private.is_empty(),
            owner: owner_id,
        }
    }

    /// Takes a field as it was typed.
    pub fn set(&mut self, field: &str, value: String) {
        let place = match field {
            "kind" => &mut self.kind,
            "title_en" => &mut self.title_en,
            "title_zh" => &mut self.title_zh,
            "summary_en" => &mut self.summary_en,
            "summary_zh" => &mut self.summary_zh,
            "prevailing" => &mut self.prevailing,
            "areas" => &mut self.areas,
            "sign_place" => &mut self.sign_place,
            "sign_on" => &mut self.sign_on,
            "effective_on" => &mut self.effective_on,
            "zone" => &mut self.zone,
            "term_months" => &mut self.term_months,
            "renewal" => &mut self.renewal,
            "notice_days" => &mut self.notice_days,
            "governing_law" => &mut self.governing_law,
            "confidentiality" => &mut self.confidentiality,
            "private" => &mut self.private,
            "owner" => &mut self.owner,
            _ => return,
        };
        *place = value;
    }
}

fn one_of<T>(check: &mut Check, field: &str, text: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    let found = read(text.trim());
    if found.is_none() {
        check.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    found
}

fn number(check: &mut Check, field: &str, text: &str, least: u32, most: u32) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let found = text.parse::<i64>().ok().filter(|found| (i64::from(least)..=i64::from(most)).contains(found));
    if found.is_none() {
        check.note(field, Problem::OutOfRange(least, most));
    }
    found
}

/// Areas of cooperation: one a line, or with commas between.
fn areas(check: &mut Check, text: &str) -> Vec<String> {
    const MOST: u32 = 30;
    let mut areas: Vec<String> = Vec::new();
    for part in check.text("areas", text, LONGEST).split(['\n', ',', '，', '、', ';', '；']) {
        let area = check.line("areas", part, 120);
        if !area.is_empty() && !areas.contains(&area) {
            areas.push(area);
        }
    }
    if areas.len() > MOST as usize {
        check.note("areas", Problem::TooMany(MOST));
    }
    areas
}

/// The companies that stand for the parties, one a line, by name or by the address of their page, in the order of the
/// parties. Problems name their line.
pub(super) async fn parties(tx: &mut Tx, check: &mut Check, text: &str) -> Result<Vec<Uuid>> {
    let most = u32::try_from(super::model::MOST_PARTIES).unwrap_or(u32::MAX);
    let mut found: Vec<Uuid> = Vec::new();
    for (line, number) in text.lines().zip(1_u32..) {
        let name = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            continue;
        }
        if found.len() >= most as usize {
            check.note("parties", Problem::TooMany(most));
            break;
        }
        let problem = if name.chars().count() > 500 {
            Some(LineProblem::TooLong(500))
        } else {
            match crate::company::choice::meant(tx, &name).await?[..] {
                [one] if found.contains(&one) => Some(LineProblem::Doubled),
                [one] => {
                    found.push(one);
                    None
                }
                [] => Some(LineProblem::NoCompany),
                _ => Some(LineProblem::SeveralCompanies),
            }
        };
        if let Some(problem) = problem {
            check.note("parties", Problem::NamedLine(number, name, problem));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn form() -> AgreementForm {
        AgreementForm {
            kind: "mou".to_owned(),
            title_zh: "谅解备忘录".to_owned(),
            prevailing: "zh".to_owned(),
            renewal: "none".to_owned(),
            ..AgreementForm::default()
        }
    }

    #[test]
    fn what_is_typed_becomes_facts_and_fields_again() {
        let typed = AgreementForm {
            areas: "远程医疗、数字健康\r\nTelemedicine, telemedicine".to_owned(),
            term_months: " 36 ".to_owned(),
            notice_days: "90".to_owned(),
            private: "yes".to_owned(),
            ..form()
        };
        let facts = typed.parse().unwrap();
        assert_eq!(facts.areas, ["远程医疗", "数字健康", "Telemedicine", "telemedicine"]);
        assert_eq!((facts.term_months, facts.notice_days, facts.private), (Some(36), Some(90), true));
        assert_eq!(facts.zone, USUAL_ZONE, "where none is stated");
        let mut again = AgreementForm::default();
        for (field, value) in facts.fields() {
            again.set(field, value);
        }
        assert_eq!(again.parse().unwrap(), facts);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let typed = AgreementForm {
            kind: "marriage".to_owned(),
            title_zh: String::new(),
            prevailing: String::new(),
            effective_on: "2026-02-30".to_owned(),
            zone: "Mars/Phobos".to_owned(),
            renewal: "automatic".to_owned(),
            notice_days: "0".to_owned(),
            owner: "somebody".to_owned(),
            ..form()
        };
        let Err(Error::Invalid(errors)) = typed.parse() else { panic!("taken") };
        for (field, problem) in [
            ("kind", Problem::NotAnOption),
            ("title_en", Problem::NoTitle),
            ("prevailing", Problem::Missing),
            ("effective_on", Problem::NotADate),
            ("zone", Problem::NotAnOption),
            ("term_months", Problem::Missing),
            ("notice_days", Problem::OutOfRange(1, 3650)),
            ("owner", Problem::Unknown),
        ] {
            assert_eq!(errors.of(field), Some(problem), "{field}");
        }
    }
}
