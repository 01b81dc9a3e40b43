//! What a column could be, by its head in English or Chinese, or by what stands in it.

use super::cell::{self, country};
use super::model::{DateOrder, Subject};
use super::read::{ERROR, FORMULA};
use crate::backend::fold::fold;

const COMPANY: &[(&str, &[&str])] = &[
    ("id", &["portal id", "系统编号"]),
    (
        "name_en",
        &[
            "name (english)",
            "company",
            "company name",
            "name",
            "english name",
            "name en",
            "organisation",
            "organization",
            "firm",
            "公司英文名",
            "英文名",
            "英文名称",
            "企业英文名称",
            "account name",
        ],
    ),
    (
        "name_zh",
        &[
            "name (chinese)",
            "chinese name",
            "name zh",
            "中文名",
            "中文名称",
            "公司名称",
            "企业名称",
            "单位名称",
            "公司",
            "企业",
            "名称",
            "企业中文名称",
        ],
    ),
    ("name_local", &["local name", "name (local)", "当地名称", "legal name", "当地语言名称"]),
    ("aliases", &["alias", "aliases", "also known as", "aka", "other names", "别名", "简称", "其他名称"]),
    ("kinds", &["kind", "kinds", "type", "company type", "category", "类型", "企业类型", "类别"]),
    (
        "country",
        &[
            "country",
            "country/region",
            "country or region",
            "nation",
            "国家",
            "国家/地区",
            "国家或地区",
            "国别",
            "country of origin",
        ],
    ),
    ("city", &["city", "town", "城市", "所在城市", "location"]),
    ("website", &["website", "web", "url", "homepage", "web site", "internet", "网站", "网址", "官网", "官方网站"]),
    ("websites", &["further websites", "other websites", "其他网站"]),
    ("email_domains", &["email domain", "e-mail domain", "email domains", "domain", "邮箱域名", "电子邮箱域名"]),
    (
        "registrations",
        &[
            "registration",
            "registration number",
            "registration no",
            "reg no",
            "registry number",
            "cvr",
            "vat",
            "uscc",
            "lei",
            "注册号",
            "登记号",
            "统一社会信用代码",
            "企业注册号",
        ],
    ),
    ("areas", &["therapeutic area", "therapeutic areas", "area", "areas", "治疗领域", "领域"]),
    ("stage", &["stage", "status", "阶段", "合作阶段"]),
    ("tier", &["tier", "priority", "级别", "等级", "客户等级"]),
    ("manager", &["account manager", "manager", "owner", "负责人", "客户经理", "对接人"]),
    ("tags", &["tag", "tags", "labels", "标签"]),
    // No remarks: those are of who keeps the list, and this is what the company reads of itself.
    (
        "about",
        &["about", "description", "profile", "company profile", "简介", "公司简介", "企业简介", "公司介绍", "企业介绍"],
    ),
];

const PERSON: &[(&str, &[&str])] = &[
    ("id", &["portal id", "系统编号"]),
    ("name", &["name", "full name", "contact", "contact person", "person", "姓名", "联系人", "英文姓名", "名字"]),
    ("name_zh", &["chinese name", "name (chinese)", "中文姓名", "中文名", "中文名称"]),
    ("email", &["email", "e-mail", "mail", "email address", "e-mail address", "邮箱", "电子邮箱", "电子邮件"]),
    ("phone", &["phone", "telephone", "tel", "mobile", "cell", "电话", "手机", "联系电话", "手机号"]),
    ("wechat", &["wechat", "wechat id", "weixin", "微信", "微信号"]),
    ("language", &["language", "preferred language", "语言", "沟通语言"]),
    ("note", &["note", "notes", "remarks", "comment", "备注", "说明"]),
    (
        "company",
        &[
            "company",
            "company name",
            "organisation",
            "organization",
            "employer",
            "公司",
            "单位",
            "企业",
            "公司名称",
            "企业名称",
            "工作单位",
        ],
    ),
    (
        "country",
        &["country", "country/region", "country or region", "nation", "国家", "国家/地区", "国家或地区", "国别"],
    ),
    ("title", &["title", "position", "job title", "role", "function", "职务", "职位", "英文职务"]),
    ("title_zh", &["title (chinese)", "chinese title", "中文职务", "中文职位"]),
    ("since", &["since", "from", "start", "start date", "joined", "入职日期", "开始日期", "起始日期"]),
    ("until", &["until", "to", "end", "end date", "left", "离职日期", "结束日期"]),
];

/// A head as it is compared: without line breaks, case, asterisks, what stands in brackets only if nothing else matches.
pub fn head(text: &str) -> String {
    let plain = fold(text).replace('_', " ");
    plain
        .trim_matches(|c: char| c.is_whitespace() || "*:：#".contains(c))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn by_head(subject: Subject, text: &str) -> Option<&'static str> {
    let text = head(text);
    if text.is_empty() {
        return None;
    }
    let own = |field: &&'static str| {
        ["en", "zh"]
            .iter()
            .filter_map(|code| crate::language::Language::from_code(code))
            .any(|language| head(subject.label(field, language.texts())) == text)
    };
    // The portal's own labels come first: what it exports it reads again.
    if let Some(field) = subject.fields().iter().copied().find(own) {
        return Some(field);
    }
    let table = match subject {
        Subject::Companies => COMPANY,
        Subject::People => PERSON,
    };
    let known = |text: &str| {
        table.iter().find(|(_, names)| names.iter().any(|name| fold(name) == text)).map(|(field, _)| *field)
    };
    let bare = text.split(['(', '（']).next().unwrap_or_default().trim().to_owned();
    known(&text).or_else(|| known(&bare))
}

/// Heads that any list has for something else, too.
const VAGUE: [&str; 4] = ["type", "category", "类型", "类别"];

/// Whether what stands below a head goes with the field that it is taken for.
fn fits(subject: Subject, field: &str, text: &str, values: &[&str]) -> bool {
    if field != "kinds" || !VAGUE.contains(&head(text).as_str()) {
        return true;
    }
    let mut filled = values.iter().filter(|value| !value.is_empty()).peekable();
    filled.peek().is_none() || filled.any(|value| cell::value(subject, field, value, &[], DateOrder::Unknown).is_ok())
}

/// Whether a text surely names a country: "No" is an answer more often than Norway.
fn names_country(value: &str) -> bool {
    let code = value.len() == 2;
    country(value).is_some() && (!code || value.chars().all(|letter| letter.is_ascii_uppercase()))
}

fn by_content(subject: Subject, values: &[&str]) -> Option<&'static str> {
    let filled: Vec<&&str> = values.iter().filter(|value| !value.is_empty()).collect();
    let all = |test: &dyn Fn(&str) -> bool| filled.len() >= 2 && filled.iter().all(|value| test(value));
    let field = if all(&|value| value.contains('@') && value.contains('.') && !value.contains(' ')) {
        if subject == Subject::People { "email" } else { "email_domains" }
    } else if subject == Subject::Companies && all(&|value| value.starts_with("http") || value.starts_with("www.")) {
        "website"
    } else if subject == Subject::Companies && all(&names_country) && filled.iter().any(|value| *value != filled[0]) {
        "country"
    } else {
        return None;
    };
    Some(field)
}

/// A field for each column, none twice. `rows` are the first ones below the head.
pub fn columns(subject: Subject, heads: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let mut fields: Vec<String> = vec![String::new(); heads.len()];
    let mut taken: Vec<&str> = Vec::new();
    let values = |at: usize| -> Vec<&str> { rows.iter().map(|row| row.get(at).map_or("", String::as_str)).collect() };
    for (at, text) in heads.iter().enumerate() {
        let field = by_head(subject, text).filter(|field| !taken.contains(field));
        if let Some(field) = field.filter(|field| fits(subject, field, text, &values(at))) {
            taken.push(field);
            fields[at] = field.to_owned();
        }
    }
    for (at, place) in fields.iter_mut().enumerate() {
        let guess = by_content(subject, &values(at)).filter(|field| place.is_empty() && !taken.contains(field));
        if let Some(field) = guess {
            taken.push(field);
            field.clone_into(place);
        }
    }
    fields
}

/// The line of the head among the first rows: the one most of whose cells are known heads, or else the first with
/// several texts. 0 when there is none.
pub fn header(subject: Subject, rows: &[(i64, Vec<String>)]) -> i64 {
    let known = |row: &[String]| row.iter().filter(|cell| by_head(subject, cell).is_some()).count();
    let best = rows.iter().rev().max_by_key(|(_, row)| known(row));
    match best {
        Some((line, row)) if known(row) > 0 => *line,
        _ => rows
            .iter()
            .find(|(_, row)| row.iter().filter(|cell| !cell.is_empty()).count() > 1)
            .map_or(0, |(line, _)| *line),
    }
}

/// The fields of columns by a way to read them that was saved. Of heads of one name the first is what the first was then.
pub fn saved(columns: &[(String, String)], heads: &[String]) -> Vec<String> {
    let mut left: Vec<&(String, String)> = columns.iter().collect();
    let field = |name: &String| {
        let at = left.iter().position(|(head, _)| head == name)?;
        Some(left.remove(at).1.clone())
    };
    heads.iter().map(field).map(Option::unwrap_or_default).collect()
}

/// Heads as they are shown: line breaks gone, doubled ones numbered, missing ones by their letter.
pub fn shown(heads: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for (at, text) in heads.iter().enumerate() {
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = if plain.is_empty() || plain.starts_with('\u{1}') { letters(at) } else { plain };
        let same = heads[..at].iter().filter(|other| head(other) == head(text) && !text.is_empty()).count();
        shown.push(if same > 0 { format!("{plain} ({})", same + 1) } else { plain });
    }
    shown
}

/// A cell as it is shown: of a formula without result and of an error only that there is something.
pub fn readable(cell: &str) -> String {
    match cell {
        FORMULA => "=…".to_owned(),
        ERROR => "#…".to_owned(),
        cell => cell.to_owned(),
    }
}

/// A column's letters in a spreadsheet.
pub fn letters(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_meant_is_left_out() {
        let texts = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let heads = texts(&["Name", "Category", "Patient safety", "备注", "Remarks", "Where"]);
        let rows =
            vec![texts(&["A", "Human", "No", "x", "y", "NO"]), texts(&["B", "Veterinary", "No", "x", "y", "DK"])];
        assert_eq!(columns(Subject::Companies, &heads, &rows), ["name_en", "", "", "", "", "country"]);
        let rows = vec![texts(&["A", "医院"])];
        assert_eq!(columns(Subject::Companies, &texts(&["Name", "类别"]), &rows), ["name_en", "kinds"]);
    }

    #[test]
    fn saved_columns_of_one_head_are_taken_in_their_order() {
        let texts = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let pairs = [("网站", "website"), ("name", "name_en"), ("网站", "websites")];
        let pairs = pairs.map(|(head, field)| (head.to_owned(), field.to_owned()));
        assert_eq!(saved(&pairs, &texts(&["网站", "name", "网站"])), ["website", "name_en", "websites"]);
        assert_eq!(saved(&pairs, &texts(&["网站", "网站", "网站"])), ["website", "websites", ""]);
    }

    #[test]
    fn columns_are_guessed_from_heads_and_from_what_stands_below() {
        let texts = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let heads = texts(&["Company\nname *", "公司名称", "国家", "X", "Company name"]);
        let rows = vec![texts(&["A", "甲", "丹麦", "https://a.dk", "A"]), texts(&["B", "乙", "DK", "www.b.dk", "B"])];
        assert_eq!(columns(Subject::Companies, &heads, &rows), ["name_en", "name_zh", "country", "website", ""]);
        assert_eq!(shown(&heads)[4], "Company name (2)", "a star is no difference");
        assert_eq!(shown(&texts(&["A", "a", ""])), ["A", "a (2)", "C"]);
        let table = vec![(1, texts(&["Our partners 2025"])), (3, heads), (4, rows[0].clone())];
        assert_eq!(header(Subject::Companies, &table), 3);
        assert_eq!((letters(25), letters(26), letters(199)), ("Z".into(), "AA".into(), "GR".into()));
    }
}
