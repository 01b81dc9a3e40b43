//! Makes `Texts` from what is in `texts/`, `en` and `zh`: one method a text, with its `{placeholders}` as arguments.
//! A key that one language lacks, or whose placeholders differ, fails the build.

#![expect(clippy::unwrap_used, reason = "a build that cannot go on stops with what went wrong")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

fn main() {
    println!("cargo:rerun-if-changed=texts");
    println!("cargo:rerun-if-changed=../migrations");
    let en = read("en");
    let zh = read("zh");
    let mut complaints = Vec::new();
    for key in en.keys().filter(|key| !zh.contains_key(*key)) {
        complaints.push(format!("{key} is missing in zh"));
    }
    for key in zh.keys().filter(|key| !en.contains_key(*key)) {
        complaints.push(format!("{key} is missing in en"));
    }
    let mut fields = String::new();
    let mut methods = String::new();
    let mut values = [String::new(), String::new()];
    for (key, english) in &en {
        let Some(chinese) = zh.get(key) else { continue };
        let names = placeholders(english);
        for other in placeholders(chinese) {
            if !names.contains(&other) {
                complaints.push(format!("{key} has {{{other}}} in zh only"));
            }
        }
        writeln!(fields, "    {key}: &'static str,").unwrap();
        writeln!(values[0], "    {key}: {english:?},").unwrap();
        writeln!(values[1], "    {key}: {chinese:?},").unwrap();
        if names.is_empty() {
            writeln!(methods, "    pub fn {key}(&self) -> &'static str {{ self.{key} }}").unwrap();
        } else {
            let arguments: String = names.iter().map(|n| format!(", {n}: impl std::fmt::Display")).collect();
            let pairs: String = names.iter().map(|n| format!("({n:?}, {n}.to_string()), ")).collect();
            writeln!(methods, "    pub fn {key}(&self{arguments}) -> String {{ fill(self.{key}, &[{pairs}]) }}")
                .unwrap();
        }
    }
    assert!(complaints.is_empty(), "the texts of the two languages differ:\n{}", complaints.join("\n"));
    let code = format!(
        "/// Every text of the interface in one language.\n#[derive(Debug)]\npub struct Texts {{\n    pub language: Language,\n{fields}}}\n\
         impl Texts {{\n{methods}}}\n\
         static EN: Texts = Texts {{\n    language: Language::En,\n{}}};\nstatic ZH: Texts = Texts {{\n    language: Language::Zh,\n{}}};\n{FILL}",
        values[0], values[1]
    );
    let folder = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{folder}/texts.rs"), code).unwrap();
}

/// Puts arguments into a text. `{n}` is an argument; `{n|company|companies}` is the first word when `n` is 1.
const FILL: &str = r#"
fn fill(text: &str, arguments: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((inside, after)) = after.split_once('}') else { break };
        rest = after;
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        let value = arguments.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => filled.push_str(if value == "1" { one } else { many }),
            _ => filled.push_str(value),
        }
    }
    filled.push_str(rest);
    filled
}
"#;

fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in text.split('{').skip(1) {
        let inside = piece.split('}').next().unwrap_or_default();
        let name = inside.split('|').next().unwrap_or_default().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The texts of a language, of `texts/en.toml` and all files in `texts/en/`: `[section] key = "…"` becomes `section_key`.
fn read(language: &str) -> BTreeMap<String, String> {
    let mut paths = vec![std::path::PathBuf::from(format!("texts/{language}.toml"))];
    if let Ok(folder) = std::fs::read_dir(format!("texts/{language}")) {
        paths.extend(folder.map(|entry| entry.unwrap().path()));
    }
    let mut texts = BTreeMap::new();
    for path in paths {
        let path = path.display();
        let text = std::fs::read_to_string(path.to_string()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        for (section, value) in table {
            let toml::Value::Table(entries) = value else { panic!("{path}: {section} is no section") };
            for (key, value) in entries {
                let toml::Value::String(text) = value else { panic!("{path}: {section}.{key} is no text") };
                let key = format!("{section}_{key}");
                assert!(!texts.contains_key(&key), "{path}: there is another {key}");
                texts.insert(key, text);
            }
        }
    }
    texts
}
