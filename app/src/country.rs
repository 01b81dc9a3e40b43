//! A country or region of ISO 3166, with its names in the wording usual in English and in China.

use std::sync::OnceLock;

use crate::backend::database::Tx;
use crate::error::Result;
use crate::language::Language;

#[derive(Debug)]
pub struct Country {
    pub code: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
}

impl Country {
    pub fn name(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Zh => self.zh,
        }
    }
}

/// All countries and regions, by code.
pub fn all() -> &'static [Country] {
    static ALL: OnceLock<Vec<Country>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut countries = Vec::new();
        for line in include_str!("country/countries.csv").lines().skip(1) {
            // Names with a comma are quoted: AA,"Name, region",名
            let Some((code, rest)) = line.split_once(',') else { continue };
            let (en, zh) = match rest.strip_prefix('"').and_then(|quoted| quoted.split_once("\",")) {
                Some(parts) => parts,
                None => rest.split_once(',').unwrap_or((rest, rest)),
            };
            countries.push(Country { code, en, zh });
        }
        countries.sort_by_key(|country| country.code);
        countries
    })
}

pub fn find(code: &str) -> Option<&'static Country> {
    let countries = all();
    countries.binary_search_by_key(&code, |country| country.code).ok().map(|index| &countries[index])
}

/// The name of a country in a language; an unknown code is shown as it is.
pub fn name(code: &str, language: Language) -> String {
    find(code).map_or_else(|| code.to_owned(), |country| country.name(language).to_owned())
}

/// All countries in the alphabetical order of a language (Chinese: by pinyin).
pub fn sorted(language: Language) -> &'static [&'static Country] {
    static SORTED: [OnceLock<Vec<&'static Country>>; 2] = [OnceLock::new(), OnceLock::new()];
    SORTED[language as usize].get_or_init(|| {
        let mut countries: Vec<_> = all().iter().collect();
        countries.sort_by_cached_key(|country| crate::backend::fold::sort_key(country.name(language)));
        countries
    })
}

/// Puts the countries and their order in both languages into the database, where they are not yet.
pub async fn store(tx: &mut Tx) -> Result<()> {
    let known: i64 = crate::ask!(tx, |c| sqlx::query_scalar("SELECT count(*) FROM countries").fetch_one(c).await)?;
    if usize::try_from(known) == Ok(all().len()) {
        return Ok(());
    }
    for (rank_en, country) in sorted(Language::En).iter().enumerate() {
        let rank_zh = sorted(Language::Zh).iter().position(|other| other.code == country.code).unwrap_or_default();
        crate::on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO countries (code, rank_en, rank_zh) VALUES ($1, $2, $3)
             ON CONFLICT (code) DO UPDATE SET rank_en = excluded.rank_en, rank_zh = excluded.rank_zh"
        )
        .bind(country.code)
        .bind(i64::try_from(rank_en).unwrap_or_default())
        .bind(i64::try_from(rank_zh).unwrap_or_default())
        .execute(c)
        .await)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regions_of_china_are_named_as_in_china() {
        assert_eq!(all().len(), 249);
        assert_eq!(name("HK", Language::Zh), "中国香港");
        assert_eq!(name("MO", Language::Zh), "中国澳门");
        assert_eq!(name("TW", Language::Zh), "中国台湾");
        assert_eq!(name("DK", Language::En), "Denmark");
        assert!(
            all().iter().all(|country| country.code.len() == 2 && !country.en.is_empty() && !country.zh.is_empty())
        );
        assert!(all().iter().all(|country| !country.en.contains('"')));
    }

    #[test]
    fn chinese_names_sort_by_pinyin() {
        let place = |code: &str| sorted(Language::Zh).iter().position(|country| country.code == code);
        assert!(place("DK") < place("DE").max(place("DK")));
        assert!(place("BE") < place("CN"), "比利时 before 中国");
        assert!(place("BE") < place("DE"), "比利时 before 德国");
    }
}
