//! Spellings as they stand in the European Medicines Agency's table of medicines, and in China.

use super::*;

fn profile(name: &str) -> Profile {
    Profile { names: Name::all(name), ..Profile::default() }
}

fn likeness(one: &str, other: &str) -> Option<Likeness> {
    let (one, other) = (profile(one), profile(other));
    let found = one.compare(&other);
    assert_eq!(found, other.compare(&one), "it does not matter who is asked: {one:?} {other:?}");
    if found.is_some() {
        let keys = one.keys();
        assert!(other.keys().iter().any(|key| keys.contains(key)), "found by no key: {keys:?} {:?}", other.keys());
    }
    found
}

fn verdict(one: &str, other: &str) -> Option<Verdict> {
    likeness(one, other).map(|likeness| likeness.verdict)
}

#[test]
fn one_company_however_it_is_spelled() {
    for (one, other) in [
        // Doubled spaces, and the ampersand that went missing.
        ("AbbVie Deutschland GmbH  Co. KG", "AbbVie Deutschland GmbH & Co. KG"),
        ("BIAL - Portela  Ca, S.A.", "BIAL - Portela & Ca, S.A."),
        ("Bial - Portela  Cª, S.A.", "Bial Portela & Companhia S.A."),
        ("Eckert  Ziegler Radiopharma GmbH", "Eckert & Ziegler Radiopharma GmbH"),
        ("Merck Sharp  Dohme Ltd ", "Merck Sharp and Dohme Ltd."),
        ("Eli Lilly  Co. Ltd.", "Eli Lilly and Company Limited"),
        ("Bausch  Lomb Ireland", "Bausch + Lomb Ireland Limited"),
        // Dots, hyphens and case.
        ("Astellas Pharma Europe B. V.", "Astellas Pharma Europe BV"),
        ("Chiesi Farmaceutici S.p.A", "Chiesi Farmaceutici SpA"),
        ("ADIENNE S.r.l. S.U.", "Adienne S.r.l. S.U."),
        ("Janssen Cilag International NV", "Janssen-Cilag International N.V.   "),
        ("GlaxoSmithKline Biologicals S.A.", "GlaxoSmithkline Biologicals SA"),
        ("Marvel LifeSciences Ltd.", "Marvel Life Sciences Ltd."),
        ("Astra Zeneca AB", "AstraZeneca AB "),
        ("Bristol Myers Squibb Pharma EEIG", "Bristol-Myers Squibb Pharma EEIG"),
        // Accents and umlauts.
        ("Gruenenthal GmbH", "Grünenthal GmbH"),
        ("Grunenthal GmbH", "Grünenthal GmbH"),
        ("Mérial", "Merial"),
        ("Vétoquinol SA", "Vetoquinol S.A."),
        ("Pierre Fabre Medicament", "Pierre Fabre Médicament"),
        (
            "Medac Gesellschaft fuer klinische Spezialpraeparate mbH",
            "medac Gesellschaft für klinische Spezialpräparate mbH",
        ),
        // Forms and territories in full and in short, with and without parentheses.
        ("Gilead Sciences Ireland UC", "Gilead Sciences Ireland Unlimited Company"),
        ("SUN Pharmaceutical Industries (Europe) B.V.", "Sun Pharmaceutical Industries Europe B.V."),
        ("Taw Pharma (Ireland) Limited", "Taw Pharma (Ireland) Ltd"),
        ("Wyeth Europa Ltd", "Wyeth Europe Ltd."),
        ("Swedish Orphan Biovitrum AB (publ)", "Swedish Orphan Biovitrum AB"),
        ("Takeda Pharmaceuticals International AG Ireland", "Takeda Pharmaceuticals International AG Ireland Branch"),
        ("KRKA, d.d., Novo mesto", "KRKA d.d."),
        ("Chemical Works of Gedeon Richter Plc. (Gedeon Richter Plc.)", "Gedeon Richter Plc."),
        (
            "Menarini International Operations Luxembourg S.A. (MIOL)",
            "Menarini International Operations Luxembourg S.A.",
        ),
        // One wrong letter in a long name.
        ("Archie Samiel s.r.o.", "Archie Samuel s.r.o."),
        // Without a form.
        ("Zoetis Belgium", "Zoetis Belgium SA"),
        ("Eli Lilly Netherlands", "Eli Lilly Nederland B.V."),
        ("AstraZeneca", "AstraZeneca AB"),
    ] {
        assert_eq!(verdict(one, other), Some(Verdict::Duplicate), "{one} | {other}");
    }
}

#[test]
fn entities_of_one_group_are_not_one_company() {
    for (one, other) in [
        ("AbbVie Deutschland GmbH & Co. KG", "AbbVie Ltd"),
        ("Roche Registration GmbH", "Roche Registration Limited"),
        ("Merck Sharp & Dohme B.V.", "Merck Sharp and Dohme Ltd."),
        ("Pacira Limited", "Pacira Ireland Limited"),
        ("Sanofi-Aventis", "sanofi-aventis Deutschland GmbH"),
        ("Warner Chilcott UK Ltd.", "Warner Chilcott  Deutschland GmbH"),
        ("Celgene Europe BV", "Celgene Europe Limited"),
        ("SERB SA", "SERB SAS"),
        ("SmithKline Beecham Ltd", "SmithKline Beecham Plc"),
        ("Takeda GmbH", "Takeda Pharma A/S"),
        ("Teva B.V.", "Teva Generics B.V"),
        ("Bayer AG", "Bayer Animal Health GmbH"),
        ("3M Health Care Limited", "Laboratoires 3M Santé"),
        ("Les Laboratoires Servier", "Servier (Ireland) Industries Ltd"),
        ("Novartis Europharm Limited", "Novartis Ophthalmics Europe Ltd."),
        ("LE VET B.V.", "Le Vet Beheer B.V."),
    ] {
        assert_eq!(verdict(one, other), Some(Verdict::Related), "{one} | {other}");
    }
}

#[test]
fn others_have_nothing_to_do_with_each_other() {
    for (one, other) in [
        ("Pharma Mar S.A.", "Pharmaxis Europe Limited"),
        ("Merck Europe B.V.", "Merck Sharp & Dohme B.V."),
        ("Advanced Accelerator Applications", "Advanced Sterilization Products"),
        ("United Therapeutics Europe Ltd", "United Biotech Ltd"),
        ("Laboratoires Delbert", "Laboratoires Théa"),
        ("Amgen Europe B.V.", "Argenx"),
        ("Dr. Falk Pharma GmbH", "Dr. Karl Thomae GmbH"),
        ("Pharming Group N.V.", "Pharmion Ltd."),
        ("Growth Partners Fund 3", "Growth Partners Fund 4"),
        ("Europe Limited", "International GmbH"),
        ("", "GmbH"),
    ] {
        let found = likeness(one, other);
        let alike =
            found.as_ref().is_some_and(|likeness| likeness.verdict == Verdict::Duplicate || likeness.score > 50);
        assert!(!alike || one.starts_with("Growth"), "{one} | {other}: {found:?}");
        assert_ne!(found.map(|likeness| likeness.verdict), Some(Verdict::Duplicate), "{one} | {other}");
    }
}

#[test]
fn chinese_names_have_places_and_forms_too() {
    for (one, other, expected) in [
        ("诺和诺德（中国）制药有限公司", "诺和诺德(中国)制药有限责任公司", Some(Verdict::Duplicate)),
        ("辉瑞制药有限公司", "辉瑞制药", Some(Verdict::Duplicate)),
        ("上海罗氏制药有限公司", "罗氏（上海）制药有限公司", Some(Verdict::Duplicate)),
        ("江苏恒瑞医药股份有限公司", "恒瑞医药", Some(Verdict::Related)),
        ("辉瑞（中国）有限公司", "辉瑞有限公司", Some(Verdict::Related)),
        ("阿斯利康制药有限公司", "阿斯利康投资（中国）有限公司", None),
        ("诺和诺德", "诺华制药", None),
        ("海南博鳌医疗有限公司", "海南海药股份有限公司", None),
        // Hospitals of one university.
        ("上海交通大学医学院附属瑞金医院", "上海交通大学医学院附属新华医院", None),
        ("浙江大学医学院附属第一医院", "浙江大学医学院附属第二医院", None),
        ("上海交通大学医学院附属瑞金医院", "上海交通大学医学院附厲瑞金医院", Some(Verdict::Duplicate)),
        // In both scripts: another character is another name, a wrong letter is not.
        ("诺和 Novomed Pharmaceuticals 有限公司", "诺华 Novomed Pharmaceuticals 有限公司", None),
        ("华康 Novomed Pharmaceuticals", "华安 Novomed Pharmaceuticals", None),
        ("诺和诺德 Novomed Pharmaceuticals", "诺和诺德 Novomed Pharmacuticals", Some(Verdict::Duplicate)),
    ] {
        assert_eq!(verdict(one, other), expected, "{one} | {other}");
    }
}

#[test]
fn numbers_and_domains_count_besides_names() {
    let company = |name: &str, country: &str, website: &str, registration: &str| {
        Profile::of(&Facts {
            name_en: name.to_owned(),
            country: (!country.is_empty()).then(|| country.to_owned()),
            website: website.to_owned(),
            registrations: Some(registration.to_owned()).filter(|number| !number.is_empty()).into_iter().collect(),
            ..Facts::default()
        })
    };
    let danish = company("ALK-Abelló A/S", "DK", "https://www.alk.net/dk", "CVR 63717916");
    let renamed = company("Allergy Holding", "", "", "CVR 63717916");
    let found = danish.compare(&renamed).unwrap();
    assert_eq!((found.verdict, found.score, found.reasons[0]), (Verdict::Duplicate, 100, Reason::Registration));
    assert!(danish.is_certainly(&renamed));
    let site = company("Something Else", "", "http://cn.alk.net", "");
    let found = danish.compare(&site).unwrap();
    assert_eq!((found.verdict, found.reasons.as_slice()), (Verdict::Related, [Reason::Domain].as_slice()));
    assert!(!danish.is_certainly(&site));
    let norwegian = company("ALK Abello AS", "NO", "", "");
    assert_eq!(danish.compare(&norwegian).unwrap().verdict, Verdict::Related, "two countries, two entities");
    assert!(!danish.is_certainly(&norwegian));
    assert!(danish.is_certainly(&company("alk-abello a/s", "", "", "")));
    assert!(
        !danish.is_certainly(&company("ALK-Abello", "DK", "", "")),
        "without a form it may be said without a reason"
    );
}

#[test]
fn a_chinese_name_is_found_through_the_names_that_a_company_has() {
    let both = Profile::of(&Facts {
        name_en: "Novo Nordisk A/S".into(),
        name_zh: "诺和诺德".into(),
        aliases: vec!["Novo".into()],
        ..Facts::default()
    });
    let chinese = Profile::of(&Facts { name_zh: "诺和诺德公司".into(), ..Facts::default() });
    assert_eq!(both.compare(&chinese).unwrap().verdict, Verdict::Duplicate);
    assert!(both.keys().iter().any(|key| chinese.keys().contains(key)));
}
