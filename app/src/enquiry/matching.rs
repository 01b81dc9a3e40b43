//! Which companies of the register an enquiry may come from: by the domain of its address, or by its name.

use uuid::Uuid;

use super::model::Facts;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::company::likeness::lookalike::is_free_mail;
use crate::error::Result;

/// Why a company may be the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Domain,
    Name,
    SimilarName,
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    name_en: String,
    name_zh: String,
    name_local: String,
    website: String,
    manager_id: Option<Uuid>,
    manager_role: Option<String>,
}

/// A company that an enquiry may come from.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    /// Who manages it, if that person still handles enquiries.
    pub manager: Option<Uuid>,
    pub why: Why,
}

/// Words that say what legal form a company has, and nothing about which it is.
const FORMS: [&str; 27] = [
    "inc",
    "ltd",
    "co",
    "corp",
    "corporation",
    "company",
    "limited",
    "llc",
    "plc",
    "gmbh",
    "ag",
    "sa",
    "s",
    "a",
    "as",
    "ab",
    "oy",
    "bv",
    "nv",
    "spa",
    "srl",
    "kg",
    "se",
    "sarl",
    "kk",
    "pte",
    "pty",
];
const FORMS_ZH: [&str; 6] = ["股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团", "公司"];

/// A company's name without case, accents, punctuation and legal form.
fn core(name: &str) -> String {
    let mut name = fold(name);
    for form in FORMS_ZH {
        name = name.strip_suffix(form).unwrap_or(&name).to_owned();
    }
    let mut words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| FORMS.contains(word)) {
        words.pop();
    }
    words.join(" ")
}

/// Whether a name is long enough to say which company it is.
fn tells(core: &str) -> bool {
    core.chars().count() >= if core.is_ascii() { 4 } else { 2 }
}

/// The domain of an address, unless it is one that everybody can have.
fn domain(email: &str) -> Option<String> {
    let domain = email.rsplit_once('@')?.1.to_lowercase();
    (!domain.is_empty() && !is_free_mail(&domain)).then_some(domain)
}

fn host(website: &str) -> String {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

fn fits(facts: &Facts, row: &Row) -> Option<Why> {
    let host = host(&row.website);
    if let Some(domain) = domain(&facts.email)
        && !host.is_empty()
        && (domain == host || domain.ends_with(&format!(".{host}")) || host.ends_with(&format!(".{domain}")))
    {
        return Some(Why::Domain);
    }
    let asked = core(&facts.company);
    if !tells(&asked) {
        return None;
    }
    let names = [&row.name_en, &row.name_zh, &row.name_local].map(|name| core(name));
    let names = names.iter().filter(|name| tells(name));
    let similar = |name: &String| {
        // Words within words: "roche" is in "roche china", not in "larochelle".
        let within = |long: &str, short: &str| {
            if short.is_ascii() { format!(" {long} ").contains(&format!(" {short} ")) } else { long.contains(short) }
        };
        within(&asked, name) || within(name, &asked)
    };
    names
        .filter_map(|name| if *name == asked { Some(Why::Name) } else { similar(name).then_some(Why::SimilarName) })
        .min()
}

/// The companies that fit, the likeliest first, at most five.
pub async fn candidates(tx: &mut Tx, facts: &Facts) -> Result<Vec<Candidate>> {
    let core = core(&facts.company);
    // The first word finds those whose name is longer or shorter; what has no spaces is found by its first two signs.
    let first = core.split(' ').next().unwrap_or_default();
    let first: String = if first.is_ascii() { first.to_owned() } else { first.chars().take(2).collect() };
    let domain = domain(&facts.email);
    if !tells(&core) && domain.is_none() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.website, c.manager_id, a.role AS manager_role
         FROM companies c LEFT JOIN accounts a ON a.id = c.manager_id WHERE c.archived_at IS NULL AND (1 = 0",
    );
    if tells(&core) {
        sql.bind(r" OR c.search_text LIKE ? ESCAPE '\'", containing(&first));
    }
    if let Some(domain) = &domain {
        // The company's own domain is the last two parts, or three as in 'example.co.uk'.
        let parts: Vec<&str> = domain.split('.').collect();
        let own = parts.iter().rev().nth(1).copied().unwrap_or_default();
        let own =
            if matches!(own, "co" | "com" | "org" | "net") { parts.iter().rev().nth(2).copied() } else { Some(own) };
        if let Some(own) = own.filter(|own| own.len() > 1) {
            sql.bind(r" OR lower(c.website) LIKE ? ESCAPE '\'", containing(own));
        }
    }
    sql.push(") ORDER BY c.sort_en, c.id").limit(200, 0);
    let rows: Vec<Row> = sql.rows(tx).await?;
    let mut found: Vec<Candidate> = rows
        .into_iter()
        .filter_map(|row| {
            let why = fits(facts, &row)?;
            let works = matches!(row.manager_role.as_deref(), Some("administrator" | "staff"));
            let manager = row.manager_id.filter(|_| works);
            Some(Candidate { id: row.id, name_en: row.name_en, name_zh: row.name_zh, manager, why })
        })
        .collect();
    found.sort_by_key(|candidate| candidate.why);
    found.truncate(5);
    Ok(found)
}

/// The one company that somebody means by a name, an address of its page, or its id; none when it could be several.
pub async fn meant(tx: &mut Tx, typed: &str) -> Result<Option<Uuid>> {
    let typed = typed.trim();
    if let Some(id) = typed.rsplit('/').next().and_then(|id| id.parse::<Uuid>().ok()) {
        let found = crate::company::store::find(tx, id).await?;
        return Ok(found.filter(|company| company.archived.is_none()).map(|company| company.id));
    }
    let folded = fold(typed);
    if folded.trim().is_empty() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT id, name_en, name_zh, name_local FROM companies WHERE archived_at IS NULL");
    for word in folded.split_whitespace().take(8) {
        sql.bind(r" AND search_text LIKE ? ESCAPE '\'", containing(word));
    }
    sql.push(" ORDER BY sort_en, id").limit(50, 0);
    let rows: Vec<(Uuid, String, String, String)> = sql.rows(tx).await?;
    let exact =
        |row: &&(Uuid, String, String, String)| [&row.1, &row.2, &row.3].iter().any(|name| fold(name) == folded);
    let mut exactly = rows.iter().filter(exact);
    Ok(match (exactly.next(), exactly.next(), rows.as_slice()) {
        (Some(one), None, _) => Some(one.0),
        (None, _, [one]) => Some(one.0),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enquiry::model::Kind;
    use crate::language::Language;

    fn facts(company: &str, email: &str) -> Facts {
        Facts {
            kind: Kind::Other,
            name: String::new(),
            company: company.into(),
            country: None,
            email: email.into(),
            phone: String::new(),
            language: Language::En,
            message: String::new(),
        }
    }

    fn row(name_en: &str, name_zh: &str, website: &str) -> Row {
        Row {
            id: Uuid::nil(),
            name_en: name_en.into(),
            name_zh: name_zh.into(),
            name_local: String::new(),
            website: website.into(),
            manager_id: None,
            manager_role: None,
        }
    }

    #[test]
    fn a_company_is_known_by_its_domain_and_its_name() {
        let alk = row("ALK-Abelló A/S", "", "https://www.alk.net/cn");
        assert_eq!(fits(&facts("Something", "jens@alk.net"), &alk), Some(Why::Domain));
        assert_eq!(fits(&facts("Something", "jens@dk.alk.net"), &alk), Some(Why::Domain));
        assert_eq!(fits(&facts("Something", "jens@walk.net"), &alk), None);
        assert_eq!(fits(&facts("alk abello", "jens@gmail.com"), &alk), Some(Why::Name));
        assert_eq!(fits(&facts("ALK-Abelló China Ltd.", ""), &alk), Some(Why::SimilarName));
        let novo = row("Novo Nordisk", "诺和诺德", "");
        assert_eq!(fits(&facts("诺和诺德（中国）有限公司", ""), &novo), Some(Why::SimilarName));
        assert_eq!(fits(&facts("诺和诺德有限公司", ""), &novo), Some(Why::Name));
        assert_eq!(fits(&facts("Nov", ""), &novo), None);
        assert_eq!(fits(&facts("", ""), &novo), None);
        // A mail provider's site in the register makes nobody its colleague.
        assert_eq!(fits(&facts("Somebody", "a@qq.com"), &row("Tencent", "腾讯", "https://qq.com")), None);
        assert_eq!(fits(&facts("Larochelle", ""), &row("La Roche", "", "")), None);
    }
}
